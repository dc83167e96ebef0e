import { z } from 'zod';
import { securityEvents } from '../http/security-events.js';
import { nullableInstant } from './schemas.js';

const count = z.number().nonnegative();

/** The names of this document are part of what people's scripts know, hence snake_case here alone. */
export const metricsJson = z.object({
  version: z.string(),
  env: z.string(),
  uptime_secs: count,
  rate_limit: z.object({ rpm: z.int(), burst: z.int(), exempt_paths: z.array(z.string()) }),
  counters: z
    .object({
      requests_total: count,
      responses_2xx_total: count,
      responses_3xx_total: count,
      responses_4xx_total: count,
      responses_5xx_total: count,
      rate_limited_total: count,
      failed_authentications_total: count,
      mirror_imported_total: count.describe('Answers of /costs and /projects from what was imported,'),
      mirror_hits_total: count.describe('from what OpenAI had said within the hour,'),
      mirror_misses_total: count.describe('and from OpenAI.'),
      security_events_total: z
        .record(z.enum(securityEvents), count)
        .describe('Refusals that somebody who guards the installation wants to count.'),
    })
    .describe('Of this process, since it began.'),
  db: z.object({
    usage_rows: count.describe('Up to a minute old.'),
    active_keys: count,
    last_usage_at: nullableInstant,
    last_key_ok_at: nullableInstant,
    unpriced_requests: count.describe('Up to a minute old.'),
    unpriced_reported_requests: count.describe('Up to a minute old.'),
  }),
  worker: z.object({
    probe_interval_secs: z.int(),
    healthy: z.boolean().describe('A worker is alive and looks for due keys.'),
    workers: z.int(),
    last_heartbeat_at: nullableInstant,
    last_sweep_at: nullableInstant,
    oldest_due_key_age_secs: count,
  }),
  queue: z
    .object({ depth: z.record(z.string(), count) })
    .nullable()
    .describe('Jobs that wait or run, by queue; null while the queue does not answer.'),
  probes: z
    .array(z.object({ outcome: z.string(), runs: count, latency_sum_ms: count }))
    .describe('All probe runs that are not reset, by outcome.'),
});

export type Metrics = z.input<typeof metricsJson>;
