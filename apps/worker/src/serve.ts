import type { Clock } from '#core/clock.js';
import { newId } from '#core/ids.js';
import type { Logger } from '#core/logger.js';
import type { Database } from '#db/database.js';
import { workerActor } from '#domain/audit/actor.js';
import { unscopedRecordSecretUse } from '#domain/audit/unscoped-record-secret-use.js';
import { unscopedPostLedgers } from '#domain/ledger/unscoped-post-ledgers.js';
import { unscopedDropExpiredMonths } from '#domain/operations/unscoped-drop-expired-months.js';
import { unscopedEnsurePartitions } from '#domain/operations/unscoped-ensure-partitions.js';
import type { ImportDeps } from '#domain/organizations/import-settings.js';
import { runClaimedImport } from '#domain/organizations/run-claimed-import.js';
import { unscopedDeleteExpiredRecords } from '#domain/retention/unscoped-delete-expired-records.js';
import { unscopedSweepImports } from '#domain/organizations/unscoped-sweep-imports.js';
import { unscopedReRateUsage } from '#domain/prices/unscoped-re-rate-usage.js';
import { unscopedSumDays } from '#domain/books/unscoped-sum-days.js';
import { createProbeSlots } from '#domain/probes/create-probe-slots.js';
import type { ProbeNowDeps } from '#domain/probes/probe-now.js';
import { runClaimedProbes } from '#domain/probes/run-claimed-probes.js';
import { unscopedSweepProbes } from '#domain/probes/unscoped-sweep-probes.js';
import { unscopedForgetExpiredSessions } from '#domain/sessions/unscoped-forget-expired-sessions.js';
import { unscopedPurgeTenants } from '#domain/tenants/unscoped-purge-tenants.js';
import { openQueues } from '#queue/open-queues.js';
import type { QueueBackend } from '#queue/queue-backend.js';
import { startWorkers } from '#queue/start-workers.js';
import type { WorkerConfig } from './config.js';
import { anchorAudits } from './anchor-audits.js';
import { startPulse } from './pulse.js';

/** Probes under way get this long to end by themselves before they are cut off and handed back. */
const drainMs = 7_000;

/** Of every 15 seconds; the rest is for whatever else is scheduled, and for the database. */
const reRateForMs = 6_000;

/** Small enough to keep nobody waiting for a lock or a disk; the schedule goes on with the rest. */
const deleting = { batchRows: 5_000, forMs: 20_000 };

/** How long one run sums days at most, so that its schedule comes round and others have the database. */
const sumDaysForMs = 20_000;

/**
 * Starts the worker: consumes every queue and keeps the pulse.
 * @param onSilence called when probing has stopped for reasons that only a restart may cure
 * @returns `ready`, which rejects when the queue cannot be had, and `stop`: no new jobs, probes under way finish or are
 *   handed back within seven seconds, imports are handed back at once
 */
export function serve(
  deps: ProbeNowDeps & ImportDeps & { backend: QueueBackend; logger: Logger; config: WorkerConfig },
  { onSilence }: { onSilence: () => void },
): { ready: Promise<void>; stop: () => Promise<void> } {
  const { config } = deps;
  const workerId = newId();
  const actor = workerActor(workerId);
  const draining = new AbortController();
  const cutOff = new AbortController();
  const slots = createProbeSlots({ total: config.WORKER_CONCURRENCY, perTenant: config.WORKER_TENANT_CONCURRENCY });
  const queues = openQueues(deps);
  const pulse = startPulse({ ...deps, queues }, { workerId, onSilence, aliveFile: config.WORKER_ALIVE_FILE });
  const workers = startWorkers({
    ...deps,
    // A job holds up to twenty probes and lasts as long as the slowest, so it takes many to keep the slots filled.
    concurrency: { probes: Math.max(10, Math.ceil(config.WORKER_CONCURRENCY / 2)), imports: 2, schedules: 4 },
    processors: {
      'run-probes': ({ tenantId, runIds }) =>
        runClaimedProbes({ ...deps, actor, slots, draining: draining.signal, cutOff: cutOff.signal }, tenantId, runIds),
      'sweep-probes': async () => {
        await unscopedSweepProbes({ ...deps, queues }, { defaultIntervalSecs: config.PROBE_INTERVAL_SECS });
        pulse.swept();
      },
      'import-organization': (claim) => runClaimedImport({ ...deps, actor }, claim, draining.signal),
      'sweep-imports': () => unscopedSweepImports({ ...deps, queues }, { intervalSecs: config.IMPORT_INTERVAL_SECS }),
      're-rate-usage': () => unscopedReRateUsage(deps, { forMs: reRateForMs }),
      'sum-days': () => unscopedSumDays(deps, { budgetMs: sumDaysForMs }),
      'maintain-database': async () => {
        await unscopedEnsurePartitions(deps);
        await unscopedForgetExpiredSessions(deps);
        await dropExpiredMonths(deps);
        await deleteExpiredRecords(deps);
      },
      'record-secret-use': () => unscopedRecordSecretUse({ ...deps, actor }),
      'anchor-audits': () => anchorAudits(deps, { file: config.AUDIT_ANCHOR_FILE }),
      'post-ledgers': () => unscopedPostLedgers(deps),
      'purge-tenants': async () => {
        await unscopedPurgeTenants({ ...deps, actor, databaseUrl: config.DATABASE_URL }, deleting);
      },
    },
  });
  const ready = Promise.all([queues.ready(), workers.ready()]).then(() => undefined);
  const stop = async () => {
    draining.abort(new Error('the worker is stopping'));
    pulse.stop();
    const timer = setTimeout(() => cutOff.abort(new Error('the worker is stopping')), drainMs);
    await workers.close();
    clearTimeout(timer);
    await queues.close();
  };
  return { ready, stop };
}

async function dropExpiredMonths({ clock, logger, config }: { clock: Clock; logger: Logger; config: WorkerConfig }) {
  const keepDays = config.USAGE_RETENTION_DAYS;
  if (keepDays === 0) return;
  const partitions = await unscopedDropExpiredMonths({ databaseUrl: config.DATABASE_URL, clock }, { keepDays });
  if (partitions.length > 0) logger.info({ partitions }, 'months past their retention dropped');
}

async function deleteExpiredRecords(deps: { db: Database; clock: Clock; logger: Logger; config: WorkerConfig }) {
  const settings = { ...deleting, installationDays: deps.config.USAGE_RETENTION_DAYS };
  for (const [tenantId, counts] of Object.entries(await unscopedDeleteExpiredRecords(deps, settings))) {
    deps.logger.info({ tenantId, ...counts }, 'records past their retention deleted');
  }
}
