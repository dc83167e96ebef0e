import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { securityEvents } from '../http/security-events.js';

const checkout = new URL('../../../../', import.meta.url);
const written = await readFile(new URL('docs/security.md', checkout), 'utf8');

test('every guard and every test that docs/security.md names is there', () => {
  const named = [...written.matchAll(/`((?:apps|packages|tools|prisma)\/[\w./-]+)`/g)].map(([, path = '']) => path);
  expect(named.length).toBeGreaterThan(60);
  expect(named.filter((path) => !existsSync(new URL(path, checkout)))).toEqual([]);
});

test('every promise, and every item that is said to be met, names a test', () => {
  const [, guards = '', , asvs = ''] = written.split(/^## .*$/m).slice(1);
  const met = asvs.slice(0, asvs.indexOf('### Not met'));
  const rows = `${guards}${met}`
    .split('\n')
    .filter((line) => line.startsWith('| ') && !/^\| (?:---|promise|items)/.test(line));
  expect(rows.length).toBeGreaterThan(40);
  expect(rows.filter((row) => !/\.test\.ts`[^|]*\|$/.test(row))).toEqual([]);
});

test('no item is said to be met and not met', () => {
  const [met = '', notMet = ''] = written.split(/^## OWASP ASVS.*$/m, 2)[1]?.split('### Not met') ?? [];
  const itemsOf = (text: string) => [...text.matchAll(/^\| (\d.*?) \|/gm)].flatMap(([, first = '']) => itemsIn(first));
  expect(itemsIn('16.5.1 to 16.5.3, 1.2.10')).toEqual(['16.5.1', '16.5.2', '16.5.3', '1.2.10']);
  expect(itemsOf(notMet).length).toBeGreaterThan(5);
  expect(itemsOf(met).filter((item) => itemsOf(notMet).includes(item))).toEqual([]);
});

/** Of a cell such as `16.5.1 to 16.5.3, 1.2.10`, every item. */
function itemsIn(cell: string): string[] {
  const parts = [...cell.matchAll(/\b(\d+\.\d+)\.(\d+)(?: to \1\.(\d+))?\b/g)];
  return parts.flatMap(([, section, first, last = first]) =>
    Array.from({ length: Number(last) - Number(first) + 1 }, (_, index) => `${section}.${Number(first) + index}`),
  );
}

test('docs/security.md lists the security events that there are', () => {
  const listed = [...written.matchAll(/^\| `([a-z-]+)` \| /gm)].map(([, event]) => event);
  expect(listed).toEqual([...securityEvents]);
});
