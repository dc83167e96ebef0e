import type { PicoUsd } from '#core/money.js';
import { utcDay } from '#core/utc-day.js';
import type { ListedLedgerEntry } from '#domain/ledger/list-ledger.js';
import { formatMoney, type MoneyView } from '../format/format-money.js';
import { formatDay, formatDayLong, type TimeFormat, type TimeView } from '../format/format-time.js';
import { signedMoney } from '../format/signed-money.js';
import { links } from './links.js';

/** A movement as a row of the ledger. */
export interface LedgerLine {
  kind: string;
  icon: string;
  title: string;
  /** The bill that it is of; empty for what is none. */
  href: string;
  /** Further lines below the title. */
  notes: string[];
  isProvisional: boolean;
  isUndone: boolean;
  /** The day of a bill, or when it was. */
  at: string;
  /** Null for the day of a bill. */
  time: TimeView | null;
  amount: MoneyView;
  /** At the end of its UTC day; null in all but the first line of a day, which has it for all of them. */
  balance: MoneyView | null;
  /** Empty for what follows from bills and dates, and to a reader who is not signed in. */
  by: string;
  /** Takes it back; null where that cannot be. */
  undo: string | null;
}

const icons = { deposit: 'plus', spend: 'spend', sync: 'swap', expiry: 'dead', correction: 'edit' } as const;

interface LedgerLineContext {
  time: TimeFormat;
  now: Date;
  /** At the end of each UTC day. */
  totals: ReadonlyMap<string, PicoUsd>;
  viewer: { mayUndo: boolean; isPublic: boolean };
}

/** Entries as rows, in their order. */
export function ledgerLines(entries: readonly ListedLedgerEntry[], context: LedgerLineContext): LedgerLine[] {
  const days = new Set<string>();
  return entries.map((entry) => {
    const day = dayOf(entry);
    const isFirstOfDay = !days.has(day);
    days.add(day);
    return { ...lineOf(entry, context), balance: isFirstOfDay ? endOfDay(day, context) : null };
  });
}

function dayOf({ billedOn, at }: ListedLedgerEntry): string {
  return billedOn ?? utcDay(at);
}

function endOfDay(day: string, { totals, now }: LedgerLineContext): MoneyView {
  return formatMoney(totals.get(day) ?? null, {
    unknownBecause: 'Not counted: from before the ledger begins',
    ...(day === utcDay(now) && { estimatedBecause: 'the day is not over' }),
  });
}

function lineOf(entry: ListedLedgerEntry, { time, now, viewer }: LedgerLineContext): Omit<LedgerLine, 'balance'> {
  const { kind, at, amount, organizationId, id, isUndone } = entry;
  const day = writtenDay(entry);
  const isOwn = kind === 'deposit' || kind === 'sync' || (kind === 'correction' && entry.aboutId === null);
  return {
    kind,
    icon: icons[kind],
    title: titleOf(entry),
    href: entry.billedOn === null ? '' : billOf(organizationId, entry.billedOn),
    // What people typed is for who is signed in, as their names are.
    notes: notesOf(viewer.isPublic ? { ...entry, reason: '' } : entry),
    isProvisional: entry.bill?.isProvisional ?? false,
    isUndone,
    at: day === null ? time.dated(at, now) : billedDay(day, now),
    time: entry.billedOn === null ? time.ago(at, now) : null,
    amount: signedMoney(amount),
    by: kind === 'spend' || kind === 'expiry' || viewer.isPublic ? '' : entry.createdBy,
    undo: viewer.mayUndo && isOwn && !isUndone ? links.balanceUndo(organizationId, id) : null,
  };
}

/**
 * The UTC day that an entry is of, where it is of one, as bills and the ends of credit are. So is a deposit that was entered
 * by its day: in a zone west of UTC its beginning would be shown as the evening before.
 */
function writtenDay({ kind, at, billedOn }: ListedLedgerEntry): string | null {
  const isMidnight = at.toISOString().endsWith('T00:00:00.000Z');
  return billedOn ?? (isMidnight && (kind === 'deposit' || kind === 'expiry') ? utcDay(at) : null);
}

function billedDay(day: string, now: Date): string {
  return day.slice(0, 4) === utcDay(now).slice(0, 4) ? formatDay(day) : formatDayLong(day);
}

function billOf(organization: string, day: string): string {
  return links.spend({ book: 'billed', organization, range: 'custom', from: day, to: day });
}

function titleOf({ kind, stated, aboutId, isRevision }: ListedLedgerEntry): string {
  if (kind === 'deposit') return 'Deposit';
  if (kind === 'expiry') return 'Credit expired';
  if (kind === 'correction') return aboutId === null ? 'Correction' : 'Taken back';
  if (kind === 'sync') return `OpenAI showed ${formatMoney(stated).text}`;
  return isRevision ? 'Late change of the bill' : 'Billed';
}

function notesOf({ kind, reason, expiresAt, computed, bill, isRevision }: ListedLedgerEntry): string[] {
  const notes: string[] = [];
  if (kind === 'deposit' && expiresAt !== null) {
    notes.push(`Good until ${formatDayLong(utcDay(new Date(expiresAt.getTime() - 1)))}`);
  }
  if (kind === 'sync') notes.push(computed === null ? 'The beginning' : `We had ${formatMoney(computed).text}`);
  if (bill && isRevision) notes.push(`That day’s bill is ${formatMoney(bill.amount).text} now`);
  if (reason !== '') notes.push(reason);
  return notes;
}
