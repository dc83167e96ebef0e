import { systemClock } from '#core/clock.js';
import type { MasterKeyRing } from '#crypto/key-ring.js';
import type { Database } from '#db/database.js';
import { createProbeRecorder } from '#domain/probes/create-probe-recorder.js';
import { createTenantPriceBooks } from '#domain/prices/tenant-price-books.js';
import type { ImportSettings } from '#domain/organizations/import-settings.js';
import type { ProbeNowDeps } from '#domain/probes/probe-now.js';
import { createOutboundFetch } from '#outbound/create-outbound-fetch.js';
import { outboundSettings } from '#outbound/outbound-config.js';
import { buildPriceBook } from '#pricing/build-price-book.js';
import { openAiPriceSheet } from '#pricing/openai-prices.js';
import type { WorkerConfig } from './config.js';

/** What every way of probing and importing in this process shares. */
export function createWorkerDeps(
  config: WorkerConfig,
  opened: { db: Database; ring: MasterKeyRing },
): ProbeNowDeps & { importing: ImportSettings } {
  const policy = {
    failuresBeforeChange: config.PROBE_FAILURES_BEFORE_DEAD,
    defaultIntervalSecs: config.PROBE_INTERVAL_SECS,
  };
  return {
    ...opened,
    clock: systemClock,
    fetch: createOutboundFetch(outboundSettings(config)),
    priceBooks: createTenantPriceBooks({ db: opened.db, clock: systemClock, base: buildPriceBook(openAiPriceSheet) }),
    recorder: createProbeRecorder({ db: opened.db, policy }),
    importing: {
      baseUrl: config.OPENAI_BASE_URL,
      historyDays: config.IMPORT_HISTORY_DAYS,
      installationDays: config.USAGE_RETENTION_DAYS,
    },
    settings: { baseUrl: config.OPENAI_BASE_URL, deadlineMs: config.PROBE_DEADLINE_MS, policy },
  };
}
