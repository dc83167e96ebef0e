import { withTenant } from '#db/with-tenant.js';
import { readUsage } from '#openai/organization/read-usage.js';
import type { UsageKind } from '#openai/organization/usage-result.js';
import { listRegionalProjects } from '../openai-projects/regional-usage.js';
import type { FeedSource } from './feed-source.js';
import type { ImportRun } from './import-run.js';
import type { ImportDeps } from './import-settings.js';
import { type PreparedUsage, prepareUsage } from './prepare-usage.js';
import { readWindows } from './read-windows.js';
import { writeUsageWindow } from './write-usage-window.js';

/** One kind of usage: lately by the hour, the past by the UTC day. */
export function usageSource(deps: ImportDeps, run: ImportRun, kind: UsageKind): FeedSource {
  const { organizationId, connection } = run;
  // Completions are told apart the finest, so that a week of them by the hour can be large.
  const pages = { '1h': { buckets: kind === 'completions' ? 24 : 168 }, '1d': { buckets: 31 } };
  return {
    feed: kind,
    book: 'reported',
    recent: { width: '1h', firstDays: 7 },
    stepDays: 31,
    async *windows({ from, to, width }) {
      const regional = await withTenant(deps.db, run.tenantId, listRegionalProjects);
      const windows = readWindows(
        { from, to },
        {
          pages: pages[width],
          read: (startAt, bucketsPerPage) =>
            readUsage(deps, { ...connection, kind, startAt, endAt: to, bucketWidth: width, bucketsPerPage }),
          rowsOf: ({ results, unknownResults }) => results.length + unknownResults.length,
          now: deps.clock.now(),
        },
      );
      for await (const { buckets, setAside, ...window } of windows) {
        let prepared: PreparedUsage | undefined;
        yield {
          ...window,
          async prepare(book) {
            prepared = await prepareUsage(buckets, { book, regional });
          },
          write: (tx, book) =>
            writeUsageWindow(tx, {
              book,
              prepared,
              now: deps.clock.now(),
              installationDays: deps.importing.installationDays,
              window: { ...window, organizationId, kind, buckets, setAside, width },
            }),
        };
      }
    },
  };
}
