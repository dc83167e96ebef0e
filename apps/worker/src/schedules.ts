import type { JobName } from '#queue/jobs.js';

/** Every job that repeats, and how often. */
export const schedules = [
  { job: 'sweep-probes', everyMs: 2_000 },
  { job: 'sweep-imports', everyMs: 5_000 },
  { job: 're-rate-usage', everyMs: 15_000 },
  { job: 'sum-days', everyMs: 60_000 },
  { job: 'maintain-database', everyMs: 3_600_000 },
  { job: 'record-secret-use', everyMs: 600_000 },
  { job: 'anchor-audits', everyMs: 3_600_000 },
  { job: 'post-ledgers', everyMs: 300_000 },
  { job: 'purge-tenants', everyMs: 300_000 },
] as const satisfies readonly { job: JobName; everyMs: number }[];
