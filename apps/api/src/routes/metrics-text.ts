import { Counter, Gauge, Registry } from 'prom-client';
import type { Metrics } from './metrics-schema.js';

/** The same figures in the Prometheus text format (0.0.4), and the media type to send them with. */
export async function metricsText(metrics: Metrics): Promise<{ contentType: string; text: string }> {
  const registry = new Registry();
  addCounters(registry, metrics);
  addGauges(registry, metrics);
  addProbes(registry, metrics);
  return { contentType: registry.contentType, text: await registry.metrics() };
}

function addCounters(registry: Registry, { counters }: Metrics): void {
  const registers = [registry];
  const counter = (name: string, help: string, value: number) => new Counter({ name, help, registers }).inc(value);
  const labelled = (name: string, help: string, label: string, values: Record<string, number>) => {
    const one = new Counter({ name, help, labelNames: [label], registers });
    for (const [value, count] of Object.entries(values)) one.inc({ [label]: value }, count);
  };
  labelled('keyledger_http_responses_total', 'Requests answered by this process, by class of status', 'status_class', {
    '2xx': counters.responses_2xx_total,
    '3xx': counters.responses_3xx_total,
    '4xx': counters.responses_4xx_total,
    '5xx': counters.responses_5xx_total,
  });
  labelled('keyledger_mirror_answers_total', 'Answers of /costs and /projects, by where they came from', 'cache', {
    imported: counters.mirror_imported_total,
    hit: counters.mirror_hits_total,
    miss: counters.mirror_misses_total,
  });
  labelled(
    'keyledger_security_events_total',
    'Refusals by what they are: sign-ins, roles, forged forms, rate limits, closed tenants, policies of the database',
    'event',
    counters.security_events_total,
  );
  counter('keyledger_rate_limited_total', 'Requests refused by a rate limit', counters.rate_limited_total);
  counter('keyledger_failed_authentications_total', 'Requests answered 401', counters.failed_authentications_total);
}

function addGauges(registry: Registry, { version, db, worker, queue }: Metrics): void {
  const registers = [registry];
  const gauge = (name: string, help: string, value: number | null) => {
    // What is unknown is absent: a zero would be a figure.
    if (value !== null) new Gauge({ name, help, registers }).set(value);
  };
  new Gauge({ name: 'keyledger_info', help: 'Version', labelNames: ['version'], registers }).set({ version }, 1);
  gauge('keyledger_usage_records', 'Usage records of all tenants', db.usage_rows);
  gauge('keyledger_active_keys', 'Keys that are switched on', db.active_keys);
  gauge('keyledger_unpriced_requests', 'Measured requests whose model has no price', db.unpriced_requests);
  gauge(
    'keyledger_unpriced_reported_requests',
    'Requests that OpenAI reports whose model has no price',
    db.unpriced_reported_requests,
  );
  gauge('keyledger_last_usage_timestamp_seconds', 'When usage was last measured', seconds(db.last_usage_at));
  gauge('keyledger_last_key_ok_timestamp_seconds', 'When a key last answered well', seconds(db.last_key_ok_at));
  gauge('keyledger_oldest_due_key_age_seconds', 'How long a due key has waited', worker.oldest_due_key_age_secs);
  gauge('keyledger_worker_healthy', '1 while a worker is alive and sweeps', worker.healthy ? 1 : 0);
  gauge('keyledger_workers', 'Workers heard of lately', worker.workers);
  gauge('keyledger_last_sweep_timestamp_seconds', 'When due keys were last looked for', seconds(worker.last_sweep_at));
  const depth = new Gauge({
    name: 'keyledger_queue_depth',
    help: 'Jobs that wait or run',
    labelNames: ['queue'],
    registers,
  });
  for (const [name, jobs] of Object.entries(queue?.depth ?? {})) depth.set({ queue: name }, jobs);
}

function addProbes(registry: Registry, { probes }: Metrics): void {
  const labelled = { labelNames: ['outcome'], registers: [registry] };
  const runs = new Counter({ name: 'keyledger_probe_runs_total', help: 'Probe runs by outcome', ...labelled });
  const duration = new Counter({
    name: 'keyledger_probe_duration_seconds_total',
    help: 'Time spent in probes by outcome; divide by the runs for the mean',
    ...labelled,
  });
  for (const { outcome, runs: count, latency_sum_ms: latencySumMs } of probes) {
    runs.inc({ outcome }, count);
    duration.inc({ outcome }, latencySumMs / 1000);
  }
}

function seconds(instant: string | null): number | null {
  return instant === null ? null : Date.parse(instant) / 1000;
}
