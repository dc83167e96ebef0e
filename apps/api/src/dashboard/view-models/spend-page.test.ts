import { expect, test } from 'vitest';
import { parseUsd } from '#core/money.js';
import { daySpan } from '../format/day-span.js';
import { changeView } from './change-view.js';
import { hrefOfBook, hrefOfGroup, type SpendFilters } from './spend-filters.js';

const filters: SpendFilters = {
  range: 'last-7-days',
  from: '',
  to: '',
  calendar: '',
  book: 'reported',
  by: 'tier',
  organization: '',
  project: 'proj_a',
  key: 'key_a',
  model: '',
  tier: 'flex',
  kind: '',
};
const queryOf = (href: string) => Object.fromEntries(new URL(href, 'http://here').searchParams);

test('another book keeps what it knows as well, and drops what it does not know or calls otherwise', () => {
  expect(queryOf(hrefOfBook(filters, { from: 'reported', to: 'billed' }))).toEqual({
    range: 'last-7-days',
    book: 'billed',
    by: 'tier',
    project: 'proj_a',
    key: 'key_a',
  });
  expect(queryOf(hrefOfBook(filters, { from: 'reported', to: 'measured' }))).toMatchObject({ project: 'proj_a' });
  expect(queryOf(hrefOfBook(filters, { from: 'reported', to: 'measured' }))).not.toHaveProperty('key');
});

test('a group leads to itself alone, told apart by what is not settled yet', () => {
  const of = (by: 'project' | 'key' | 'model', group: string | null, given: Partial<SpendFilters> = {}) =>
    queryOf(hrefOfGroup({ ...filters, project: '', key: '', tier: '', ...given }, { book: 'billed', by, group }));
  expect(of('project', 'proj_b')).toMatchObject({ project: 'proj_b', by: 'key' });
  expect(of('project', null)).toMatchObject({ project: '(none)', by: 'key' });
  expect(of('key', 'key_b', { project: 'proj_b' })).toMatchObject({ project: 'proj_b', key: 'key_b', by: 'model' });
  expect(of('model', 'o3')).toMatchObject({ model: 'o3', by: 'project' });
});

test.each([
  ['112.4', '100', '▲ 12.4 %'],
  ['87.6', '100', '▼ 12.4 %'],
  ['100', '100', '＝'],
  ['1', '0', 'new'],
  ['1099', '100', '▲ 999.0 %'],
  ['1099.6', '100', '▲ > 999 %'],
  ['123456789', '0.000000000001', '▲ > 999 %'],
  ['0', '1', '▼ 100.0 %'],
])('%s USD after %s is %s', (now, before, text) => {
  const view = changeView(parseUsd(now), parseUsd(before), { periodBefore: 'October' });
  expect(view?.text).toBe(text);
  expect(view?.title).toContain('in October');
});

test('nothing is compared with what is not known', () => {
  expect(changeView(null, 1n, { periodBefore: '' })).toBeNull();
  expect(changeView(1n, null, { periodBefore: '' })).toBeNull();
  expect(changeView(0n, 0n, { periodBefore: '' })).toBeNull();
});

test.each([
  ['2026-11-21', '2026-11-21', '21 Nov 2026', '21 Nov'],
  ['2026-11-01', '2026-11-21', '1–21 Nov 2026', '1–21 Nov'],
  ['2026-10-23', '2026-11-21', '23 Oct – 21 Nov 2026', '23 Oct – 21 Nov'],
  ['2025-12-23', '2026-01-02', '23 Dec 2025 – 2 Jan 2026', '23 Dec 2025 – 2 Jan'],
  ['2025-10-23', '2025-11-21', '23 Oct – 21 Nov 2025', '23 Oct – 21 Nov 2025'],
])('%s to %s is written %s, and beside a day of 2026 %s', (fromDay, toDay, long, short) => {
  expect(daySpan({ fromDay, toDay })).toBe(long);
  expect(daySpan({ fromDay, toDay }, '2026-12-01')).toBe(short);
});
