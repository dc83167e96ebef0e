import { utcDay } from '#core/utc-day.js';
import type { FeedProgress, ImportProgress } from '#domain/organizations/get-import-progress.js';
import { formatDayLong } from '../format/format-time.js';
import { formatCount } from '../format/format-tokens.js';

/** How far an organization was read: a bar, and what it means in words. */
export interface ImportProgressView {
  width: string;
  /** `History read back to 12 Mar 2026`. */
  words: string;
  rows: string;
  percent: string;
  isDone: boolean;
}

export function importProgress({ feeds, percent }: ImportProgress): ImportProgressView {
  const usageRows = feeds.filter(({ feed }) => feed !== 'costs').reduce((all, { rows }) => all + rows, 0);
  const costLines = feeds.find(({ feed }) => feed === 'costs')?.rows ?? 0;
  return {
    width: `${percent}%`,
    words: wordsOf(feeds),
    rows: usageRows + costLines === 0 ? '' : rowsOf(usageRows, costLines),
    percent: `${percent} %`,
    isDone: feeds.every(({ isBackfilled }) => isBackfilled),
  };
}

/** What every feed has reached, so the latest of their beginnings. */
function wordsOf(feeds: readonly FeedProgress[]): string {
  const begun = feeds.flatMap(({ knownFrom }) => knownFrom ?? []);
  if (begun.length === 0) return 'Nothing was read yet';
  const unread = feeds.length - begun.length;
  if (unread > 0) return `${begun.length} of ${feeds.length} kinds were begun`;
  if (feeds.every(({ isBackfilled }) => isBackfilled)) return `All history is read, back to ${dayOf(earliest(begun))}`;
  const refused = feeds.filter(({ refusedAt }) => refusedAt !== null).length;
  if (feeds.every(({ isBackfilled, refusedAt }) => isBackfilled || refusedAt !== null)) {
    return `All history that OpenAI tells is read; of ${refused} of ${feeds.length} kinds it refused what is older`;
  }
  return `History read back to ${dayOf(new Date(Math.max(...begun.map((at) => at.getTime()))))}`;
}

function earliest(instants: readonly Date[]): Date {
  return new Date(Math.min(...instants.map((at) => at.getTime())));
}

/** Feeds are read by UTC days. */
export function dayOf(at: Date): string {
  return formatDayLong(utcDay(at));
}

function rowsOf(usageRows: number, costLines: number): string {
  return `${plural(usageRows, 'row', 'rows')} of usage, ${plural(costLines, 'line', 'lines')} of costs`;
}

function plural(count: number, one: string, many: string): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}
