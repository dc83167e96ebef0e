import { v7 } from 'uuid';
import { formatUsd } from '#core/money.js';
import type { HealthRecord } from '#domain/probes/next-health.js';
import { nextHealth } from '#domain/probes/next-health.js';
import type { ProbeRunRow } from '#domain/probes/record-probe-runs.js';
import type { ProbeOutcome } from '#openai/probe-outcome.js';
import { costOf } from '#pricing/cost-of.js';
import type { PriceBook } from '#pricing/price-book.js';
import { emptyUsage } from '#pricing/usage.js';
import type { DemoKey } from './demo-tenants.js';
import { createRandom } from './random.js';
import { servedModel } from './served-model.js';

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;
const historyDays = 60;
const failuresBeforeChange = 3;

/** What OpenAI answers, as far as a probe keeps it. */
const answers: Partial<Record<ProbeOutcome, { status: number | null; code: string | null; message: string | null }>> = {
  ok: { status: 200, code: null, message: null },
  'invalid-key': { status: 401, code: 'invalid_api_key', message: 'Incorrect API key provided.' },
  'account-deactivated': { status: 401, code: 'account_deactivated', message: 'The account has been deactivated.' },
  'missing-scope': { status: 401, code: 'missing_scope', message: 'Missing scopes: model.request.' },
  'blocked-here': { status: 401, code: null, message: 'IP not authorized.' },
  'quota-exhausted': { status: 429, code: 'credit_balance_exhausted', message: 'No prepaid credits left.' },
  'limit-reached': { status: 429, code: 'project_spend_limit_exceeded', message: 'Monthly spend limit reached.' },
  'rate-limited': { status: 429, code: 'rate_limit_exceeded', message: 'Rate limit reached for requests.' },
  'model-unavailable': { status: 404, code: 'model_not_found', message: 'The model does not exist.' },
  'request-refused': { status: 400, code: null, message: 'Invalid service_tier argument for this project.' },
  'provider-error': { status: 503, code: 'server_is_overloaded', message: 'The engine is currently overloaded.' },
  timeout: { status: null, code: null, message: 'No answer within 10 s.' },
};

export interface ProbeHistory {
  /** Up to the last one that was fine, oldest first. The last of each part says how the key is. */
  whileFine: ProbeRunRow[];
  since: ProbeRunRow[];
}

/** 60 days of probes of one key: every five minutes in the last day and a half, every two hours before. */
export function probeHistory(
  key: DemoKey,
  stored: { id: string; createdAt: Date },
  context: { now: Date; book: PriceBook },
): ProbeHistory {
  const random = createRandom(`${key.label} probes`);
  let health: HealthRecord = {
    health: 'unknown',
    healthSince: stored.createdAt,
    healthAt: null,
    consecutiveFailures: 0,
    lastOutcome: null,
  };
  const rows = probeTimes(context.now, random).map((at) => {
    const outcome = outcomeAt(key, at, context.now, random);
    health = nextHealth(health, { outcome, at }, failuresBeforeChange);
    return toRow({ key, providerKeyId: stored.id, at, outcome, health, book: context.book, random });
  });
  const fineUntil = rows.findLastIndex((row) => row.outcome === 'ok') + 1;
  return { whileFine: judgeByLast(rows.slice(0, fineUntil)), since: judgeByLast(rows.slice(fineUntil)) };
}

function probeTimes(now: Date, random: () => number): Date[] {
  const times: Date[] = [];
  for (
    let agoMs = historyDays * dayMs;
    agoMs > minuteMs;
    agoMs -= agoMs > 1.5 * dayMs ? 120 * minuteMs : 5 * minuteMs
  ) {
    times.push(new Date(now.getTime() - agoMs + random() * 30_000));
  }
  return times;
}

function outcomeAt(key: DemoKey, at: Date, now: Date, random: () => number): ProbeOutcome {
  if (random() < (key.troubleShare ?? 0.005)) return random() < 0.7 ? 'provider-error' : 'timeout';
  return now.getTime() - at.getTime() < key.now.sinceDays * dayMs ? key.now.outcome : 'ok';
}

function judgeByLast(rows: ProbeRunRow[]): ProbeRunRow[] {
  return rows.map((row, index) => ({ ...row, judges_key: index === rows.length - 1 }));
}

function toRow(run: {
  key: DemoKey;
  providerKeyId: string;
  at: Date;
  outcome: ProbeOutcome;
  health: HealthRecord;
  book: PriceBook;
  random: () => number;
}): ProbeRunRow {
  const { key, at, outcome, health } = run;
  const answer = answers[outcome];
  const usesTokens = outcome === 'ok' && key.probeMode !== 'models';
  const usage = usesTokens ? { ...emptyUsage, requests: 1, inputUncachedTokens: 8, outputTokens: 1 } : null;
  const cost = usage && costOf(run.book, { model: servedModel(key.model), serviceTier: 'default', usage, at });
  return {
    run_id: v7({ msecs: at.getTime() }),
    provider_key_id: run.providerKeyId,
    trigger: 'schedule',
    mode: key.probeMode === 'models' ? 'models' : 'completion',
    model: outcome === 'ok' ? servedModel(key.model) : key.model,
    started_at: at,
    outcome,
    http_status: answer?.status ?? null,
    error_code: answer?.code ?? null,
    error_message: answer?.message ?? null,
    latency_ms: latencyMs(key, outcome, run.random),
    request_id: answer?.status ? `req_demo${Math.floor(run.random() * 1e9).toString(36)}` : null,
    rate_limit: null,
    usage,
    service_tier: 'default',
    cost_usd: cost?.costPicoUsd == null ? null : formatUsd(cost.costPicoUsd),
    cost_basis: cost?.basis ?? null,
    cost_reason: cost && cost.basis !== 'exact' ? cost.reason : null,
    price_version: cost?.priceVersion ?? null,
    judges_key: false,
    health: health.health,
    health_since: health.healthSince,
    health_at: health.healthAt,
    consecutive_failures: health.consecutiveFailures,
    next_probe_at: null,
  };
}

/** Answers of a model take about half a second and sometimes much longer; refusals are quick. */
function latencyMs(key: DemoKey, outcome: ProbeOutcome, random: () => number): number {
  if (outcome === 'timeout') return 10_000;
  if (outcome !== 'ok') return Math.round(90 + random() * 120);
  const slowness = key.behaviour === 'slow' ? 4 : 1;
  return Math.round(slowness * (320 + random() * 240 + (random() < 0.04 ? random() * 1_500 : 0)));
}
