import type { FeedSource } from './feed-source.js';
import { inImport, type ImportRun } from './import-run.js';
import type { ImportDeps } from './import-settings.js';
import { findFeed } from './move-feed.js';
import { revisedDays } from './revised-days.js';
import { daysBefore, startOfUtcDay } from './utc-days.js';
import { windowsAhead } from './windows-ahead.js';
import { writeWindow } from './write-window.js';

const widthMs = { '1h': 3_600_000, '1d': 86_400_000 };

/**
 * Reads what is new of a feed, and again what may have been revised. Each window is committed with how far it has come.
 * @throws OrganizationReadError, ImportOvertakenError, or the signal's reason
 */
export async function importRecent(deps: ImportDeps, run: ImportRun, source: FeedSource): Promise<void> {
  const { width, firstDays } = source.recent;
  const now = deps.clock.now();
  const known = await inImport(deps, run, (tx) => findFeed(tx, { ...run, feed: source.feed }));
  const since = known
    ? daysBefore(known.knownTo, revisedDays)
    : daysBefore(now, Math.min(firstDays, deps.importing.historyDays));
  const from = startOfUtcDay(since);
  const to = new Date((Math.floor(now.getTime() / widthMs[width]) + 1) * widthMs[width]);
  for await (const window of windowsAhead(deps, run, { source, range: { from, to, width } })) {
    const knownTo = window.to < now ? window.to : now;
    await writeWindow(deps, run, { source, window, move: { to: 'recent', knownFrom: from, knownTo } });
  }
}
