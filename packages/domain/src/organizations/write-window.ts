import { holdDaySums } from '../books/forget-day-sums.js';
import type { FeedSource, FeedWindow } from './feed-source.js';
import { inImport, type ImportRun } from './import-run.js';
import type { ImportDeps } from './import-settings.js';
import { type FeedMove, moveFeed } from './move-feed.js';

/** Commits one window: what was read and is not there yet, the sums that this changes, and how far the feed has come. */
export async function writeWindow(
  deps: ImportDeps,
  run: ImportRun,
  { source, window, move }: { source: FeedSource; window: FeedWindow; move: FeedMove },
): Promise<void> {
  const { feed, book } = source;
  const { from, to, rows } = window;
  // For each window anew, so that rows have the prices of the moment in which they are written.
  const prices = await deps.priceBooks.of(run.tenantId);
  await inImport(deps, run, async (tx) => {
    await holdDaySums(tx, book);
    const growth = await window.write(tx, prices);
    await moveFeed(tx, { ...run, feed, readAt: deps.clock.now(), growth, move });
  });
  deps.onStep?.({ feed, from, to, rows });
}
