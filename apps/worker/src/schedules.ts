import type { JobName } from '#queue/jobs.js';

/** Every job that repeats, and how often. */
export const schedules = [
  { job: 'sweep-probes', everyMs: 2_000 },
  { job: 'maintain-database', everyMs: 3_600_000 },
] as const satisfies readonly { job: JobName; everyMs: number }[];
