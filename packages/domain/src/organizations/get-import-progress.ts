import type { Clock } from '#core/clock.js';
import type { Database } from '#db/database.js';
import { withTenant } from '#db/with-tenant.js';
import { usageKinds } from '#openai/organization/usage-result.js';
import type { ImportSettings } from './import-settings.js';
import { daysBefore, startOfUtcDay } from './utc-days.js';

/** How far one feed was read. */
export interface FeedProgress {
  /** A kind of usage, or `costs`. */
  feed: string;
  /** Everything from here up to `knownTo` was read; null before the first import. */
  knownFrom: Date | null;
  knownTo: Date | null;
  /** Nothing of the past is left to be read. */
  isBackfilled: boolean;
  /** When OpenAI refused what is older than `knownFrom`; null where it did not, or is to be asked again with the next import. */
  refusedAt: Date | null;
  /** Rows, or lines of costs, that are here. */
  rows: number;
  /** Results that this version does not understand; they are kept as they came. */
  unknownResults: number;
  /** 0 to 100, of the days that are to be read. */
  percent: number;
}

export interface ImportProgress {
  feeds: FeedProgress[];
  /** Of all feeds together. */
  percent: number;
}

/** How far an organization was read, costs first. An unknown organization has read nothing. */
export async function getImportProgress(
  deps: { db: Database; clock: Clock; importing: ImportSettings },
  tenantId: string,
  organizationId: string,
): Promise<ImportProgress> {
  const rows = await withTenant(deps.db, tenantId, (tx) =>
    tx.importFeed.findMany({ where: { tenantId, organizationId } }),
  );
  const now = deps.clock.now();
  const oldest = startOfUtcDay(daysBefore(now, deps.importing.historyDays));
  const feeds = ['costs', ...usageKinds].map((feed): FeedProgress => {
    const row = rows.find((one) => one.feed === feed);
    if (!row) {
      return {
        feed,
        knownFrom: null,
        knownTo: null,
        isBackfilled: false,
        refusedAt: null,
        rows: 0,
        unknownResults: 0,
        percent: 0,
      };
    }
    const { knownFrom, knownTo, isBackfilled, refusedAt, rowsRead, unknownResults } = row;
    const share = (now.getTime() - knownFrom.getTime()) / (now.getTime() - oldest.getTime());
    const percent = isBackfilled ? 100 : Math.max(0, Math.min(99, Math.floor(share * 100)));
    return {
      feed,
      knownFrom,
      knownTo,
      isBackfilled,
      refusedAt,
      rows: Number(rowsRead),
      unknownResults: Number(unknownResults),
      percent,
    };
  });
  const percent = Math.floor(feeds.reduce((sum, feed) => sum + feed.percent, 0) / feeds.length);
  return { feeds, percent };
}
