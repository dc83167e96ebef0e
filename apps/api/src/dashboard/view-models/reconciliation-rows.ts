import type { Book } from '#domain/books/book.js';
import type { Reconciliation, ReconciliationRow, ThreeBooks } from '#domain/reconciliation/reconciliation.js';
import { monthOf } from '#domain/spend/local-days.js';
import { formatMoney, type MoneyView } from '../format/format-money.js';
import { formatDay } from '../format/format-time.js';
import { formatCount } from '../format/format-tokens.js';
import { type DifferenceView, differenceView } from './difference-view.js';
import { links } from './links.js';
import { rowWords } from './reconciliation-words.js';
import type { ReconciliationView } from './reconciliation-page.js';
import { noneValue } from './spend-filters.js';

interface Figure {
  money: MoneyView;
  /** To what it is made of; null where there is nothing, or no one place. */
  href: string | null;
  sort: string;
}

export interface BooksView {
  measured: Figure;
  reported: Figure;
  billed: Figure;
  billedLess: DifferenceView & { sort: string };
  reportedLess: DifferenceView & { sort: string };
}

export interface ReconciliationLine extends BooksView {
  name: string;
  /** Says what has no name of its own, or whose name another has too. */
  under: string;
  href: string | null;
  sort: string;
  isProvisional: boolean;
}

export function reconciliationLines(
  view: ReconciliationView,
  rows: readonly ReconciliationRow[],
): ReconciliationLine[] {
  const ordered = isTime(view) ? rows.toReversed() : rows;
  return ordered.map((row) => ({
    name: nameOf(view, row),
    under: !isTime(view) && row.name !== null && row.name !== row.group ? underOf(view, row) : '',
    href: hrefOf(view, row),
    sort: isTime(view) ? (row.group ?? '') : (row.name ?? row.group ?? ''),
    isProvisional: row.isProvisional,
    ...booksView(row, linksOf(view, row)),
  }));
}

function isTime({ by }: ReconciliationView): boolean {
  return by === 'day' || by === 'month';
}

export function booksView(books: ThreeBooks, href: Partial<Record<'measured' | 'reported' | 'billed', string>> = {}) {
  return {
    measured: figure(
      books.measured,
      href.measured,
      'Nothing was measured for this, nothing of it has a price, or it cannot be told whose it is',
    ),
    reported: figure(books.reported, href.reported, 'OpenAI reported nothing for this, or nothing that has a price'),
    billed: figure(books.billed, href.billed, 'No line of a bill that was read names this'),
    billedLess: withSort(differenceView('billedLessReported', books.billedLessReported), books.billedLessReported),
    reportedLess: withSort(
      differenceView('reportedLessMeasured', books.reportedLessMeasured),
      books.reportedLessMeasured,
    ),
  };
}

function figure(amount: bigint | null, href: string | undefined, unknownBecause: string): Figure {
  return {
    money: formatMoney(amount, { unknownBecause }),
    href: amount === null ? null : (href ?? null),
    sort: String(amount ?? 0n),
  };
}

function withSort(view: DifferenceView, difference: { amount: bigint } | null) {
  return { ...view, sort: String(difference?.amount ?? 0n) };
}

export function restView(rest: Reconciliation['rest'], view: ReconciliationView) {
  return rest && { name: `${formatCount(rest.rows)} more ${rowWords[view.by].many}`, ...booksView(rest) };
}

function nameOf({ by }: ReconciliationView, { group, name }: ReconciliationRow): string {
  if (group === null) return rowWords[by].none;
  if (by === 'month') return formatMonth(group);
  return by === 'day' ? formatDay(group) : (name ?? group);
}

/** A month (`2026-11`) as `November 2026`. */
function formatMonth(month: string): string {
  return monthFormat.format(new Date(`${month}-15T12:00:00Z`));
}

const monthFormat = new Intl.DateTimeFormat('en-GB', { timeZone: 'UTC', month: 'long', year: 'numeric' });

function underOf({ by }: ReconciliationView, { group, openaiKeyIds }: ReconciliationRow): string {
  return by === 'key' ? openaiKeyIds.join(', ') : (group ?? '');
}

/** The next thing that anybody asks of a row. */
function hrefOf(view: ReconciliationView, { group, providerKeyId }: ReconciliationRow): string | null {
  const { by, filters } = view;
  if (group === null) return null;
  if (by === 'month') return links.reconciliation({ ...filters, ...daysOf(view, group), by: 'day' });
  if (by === 'day') return links.reconciliation({ ...filters, from: group, to: group, by: 'model' });
  if (by === 'project') return links.reconciliation({ ...filters, project: group, by: 'key' });
  return by === 'key' && providerKeyId !== null ? links.key(providerKeyId) : null;
}

/** Of a row: its own, as far as they are in the range, or all. */
function daysOf(
  { by, filters: { from, to } }: ReconciliationView,
  group: string | null,
): Record<'from' | 'to', string> {
  if (by === 'day' && group !== null) return { from: group, to: group };
  if (by !== 'month' || group === null) return { from, to };
  const { fromDay, toDay } = monthOf(group);
  return { from: fromDay < from ? from : fromDay, to: toDay > to ? to : toDay };
}

/** Where each figure of a row is told in full. */
function linksOf(view: ReconciliationView, { group, providerKeyId, openaiKeyIds }: ReconciliationRow) {
  const { by, filters } = view;
  const days = daysOf(view, group);
  const spend = (book: Book, key: string) =>
    links.spend({
      book,
      calendar: 'utc',
      ...days,
      organization: filters.organization,
      project: by === 'project' ? (group ?? noneValue) : filters.project,
      key,
      model: by === 'model' ? (group ?? noneValue) : '',
    });
  const [openaiKey] = openaiKeyIds;
  const isOneKey = by !== 'key' || group === null || openaiKeyIds.length === 1;
  const key = by === 'key' ? (openaiKey ?? noneValue) : '';
  const storedKey = by === 'key' ? (providerKeyId ?? noneValue) : '';
  const isMeasuredOne = by !== 'key' || group === null || providerKeyId !== null;
  return {
    ...(isMeasuredOne && { measured: spend('measured', storedKey) }),
    ...(isOneKey && { reported: spend('reported', key), billed: spend('billed', key) }),
  };
}
