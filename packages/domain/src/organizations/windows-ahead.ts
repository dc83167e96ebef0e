import type { FeedSource, FeedWindow } from './feed-source.js';
import type { ImportDeps } from './import-settings.js';
import type { ImportRun } from './import-run.js';
import { readAhead } from './read-ahead.js';

/** The windows of a range, each read and made ready while the one before is being written: Postgres and we work at once. */
export function windowsAhead(
  deps: ImportDeps,
  { tenantId }: ImportRun,
  { source, range }: { source: FeedSource; range: Parameters<FeedSource['windows']>[0] },
): AsyncGenerator<FeedWindow> {
  async function* prepared() {
    for await (const window of source.windows(range)) {
      await window.prepare?.(await deps.priceBooks.of(tenantId));
      yield window;
    }
  }
  return readAhead(prepared());
}
