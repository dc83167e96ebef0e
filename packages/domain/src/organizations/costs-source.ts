import { readCosts } from '#openai/organization/read-costs.js';
import type { FeedSource } from './feed-source.js';
import type { ImportRun } from './import-run.js';
import type { ImportDeps } from './import-settings.js';
import { readWindows } from './read-windows.js';
import { writeCostsWindow } from './write-costs-window.js';

/** What is billed, which OpenAI tells by the UTC day alone. */
export function costsSource(deps: ImportDeps, run: ImportRun): FeedSource {
  const { organizationId, connection } = run;
  const pages = { buckets: 31 };
  return {
    feed: 'costs',
    book: 'billed',
    recent: { width: '1d', firstDays: 5 },
    stepDays: 180,
    async *windows({ from, to }) {
      const readAt = deps.clock.now();
      const windows = readWindows(
        { from, to },
        {
          pages,
          read: (startAt, bucketsPerPage) => readCosts(deps, { ...connection, startAt, endAt: to, bucketsPerPage }),
          rowsOf: ({ costs, unknownResults }) => costs.length + unknownResults.length,
          now: readAt,
        },
      );
      for await (const { buckets, setAside, ...window } of windows) {
        yield {
          ...window,
          write: (tx, book) =>
            writeCostsWindow(tx, {
              book,
              installationDays: deps.importing.installationDays,
              window: { ...window, organizationId, buckets, setAside, readAt },
            }),
        };
      }
    },
  };
}
