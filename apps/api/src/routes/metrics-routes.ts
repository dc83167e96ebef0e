import { z } from 'zod';
import { accessTo } from '#domain/access-tokens/access-table.js';
import { answerInTime } from '#domain/operations/answer-in-time.js';
import { unscopedMetrics } from '#domain/operations/unscoped-metrics.js';
import { type UsageCount, unscopedUsageCounter } from '#domain/operations/unscoped-usage-counter.js';
import type { AppDeps } from '../app-deps.js';
import { defineRoute, type Route } from '../http/define-route.js';
import { TextReply } from '../http/reply.js';
import { type Metrics, metricsJson } from './metrics-schema.js';
import { metricsText } from './metrics-text.js';
import { anyBody, nothing } from './schemas.js';

/** As scrapers ask: media types match by their parameters too. */
const textTypes = ['text/plain', 'text/plain; version=0.0.4', 'application/openmetrics-text; version=1.0.0'];

export function metricsRoutes(deps: AppDeps): Route[] {
  const countUsage = unscopedUsageCounter(deps);
  return [
    defineRoute({
      method: 'get',
      path: '/metrics',
      // The figures are those of all tenants together.
      access: accessTo.installation.readMetrics,
      tag: 'Operations',
      summary: 'Figures of the whole installation',
      description: 'As JSON, or for Prometheus with `Accept: text/plain` or `?format=prometheus`.',
      params: nothing,
      query: z.strictObject({ format: z.enum(['json', 'prometheus'], 'must be json or prometheus').optional() }),
      body: anyBody,
      response: metricsJson,
      alternatives: ['text/plain'],
      async handle({ query, accepts }) {
        const metrics = await readMetrics(deps, countUsage);
        const liked = accepts(['application/json', ...textTypes]);
        const asText = query.format === 'prometheus' || (!query.format && liked && textTypes.includes(liked));
        if (!asText) return metrics;
        const { contentType, text } = await metricsText(metrics);
        return new TextReply(contentType, text);
      },
    }),
  ];
}

async function readMetrics(deps: AppDeps, countUsage: () => Promise<UsageCount>): Promise<Metrics> {
  const [figures, depth] = await Promise.all([
    unscopedMetrics(deps, countUsage),
    answerInTime(deps.queue.depth()).catch((error: unknown) => {
      deps.logger.warn({ err: error }, 'metrics: the queue does not answer');
      return null;
    }),
  ]);
  const { counters, settings } = deps;
  return {
    version: settings.version,
    env: settings.environment,
    uptime_secs: Math.floor(process.uptime()),
    rate_limit: {
      rpm: settings.rateLimit.rpm,
      burst: settings.rateLimit.burst,
      exempt_paths: [...settings.rateLimit.exemptPaths],
    },
    counters: {
      requests_total: counters.requests,
      responses_2xx_total: counters.byStatusClass['2xx'],
      responses_3xx_total: counters.byStatusClass['3xx'],
      responses_4xx_total: counters.byStatusClass['4xx'],
      responses_5xx_total: counters.byStatusClass['5xx'],
      rate_limited_total: counters.rateLimited,
      failed_authentications_total: counters.failedAuthentications,
      mirror_imported_total: counters.mirror.imported,
      mirror_hits_total: counters.mirror.hit,
      mirror_misses_total: counters.mirror.miss,
      security_events_total: counters.securityEvents,
    },
    db: {
      usage_rows: figures.usageRows,
      active_keys: figures.activeKeys,
      last_usage_at: figures.lastUsageAt?.toISOString() ?? null,
      last_key_ok_at: figures.lastKeyOkAt?.toISOString() ?? null,
      unpriced_requests: figures.unpricedRequests,
      unpriced_reported_requests: figures.unpricedReportedRequests,
    },
    worker: {
      probe_interval_secs: settings.policy.defaultIntervalSecs,
      healthy: figures.worker.healthy,
      workers: figures.worker.workers,
      last_heartbeat_at: figures.worker.lastHeartbeatAt?.toISOString() ?? null,
      last_sweep_at: figures.worker.lastSweepAt?.toISOString() ?? null,
      oldest_due_key_age_secs: figures.oldestDueKeyAgeSecs,
    },
    queue: depth && { depth },
    probes: figures.probes.map(({ outcome, runs, latencySumMs }) => ({ outcome, runs, latency_sum_ms: latencySumMs })),
  };
}
