import type { ProbeCallMode } from '#openai/probe-call.js';
import type { ProbeFinding } from '#openai/probe-finding.js';
import { probeProviderKey } from '#openai/probe-provider-key.js';
import { type Cost, costOf } from '#pricing/cost-of.js';
import type { PriceBook } from '#pricing/price-book.js';
import { emptyUsage } from '#pricing/usage.js';
import type { BegunProbe } from './begin-claimed-probes.js';
import { probeCostUnderCap } from './expected-probe-cost.js';
import { probeModeWithinCap } from './probe-mode-within-cap.js';
import type { ProbeDeps } from './probe-settings.js';
import type { EndedProbe } from './record-probe-runs.js';

/**
 * Calls OpenAI once for a begun probe and prices what it used. Every refusal and every network fault is a finding.
 * @throws the signal's reason when `signal` aborts, since a probe that was cut off by us says nothing about the key
 */
export async function carryOutProbe(deps: ProbeDeps, probe: BegunProbe, signal?: AbortSignal): Promise<EndedProbe> {
  const priceBook = await deps.priceBooks.of(probe.tenantId);
  const startedAt = deps.clock.now();
  const probePicoUsd = probeCostUnderCap({ priceBook }, { ...probe, at: startedAt });
  const modeUsed = probeModeWithinCap({ ...probe, probePicoUsd });
  if (probe.secret === null) return { probe, modeUsed, startedAt, finding: cannotOpen, cost: null };
  const finding = await probeProviderKey(deps, {
    secret: probe.secret,
    kind: probe.kind,
    mode: modeUsed,
    model: probe.model,
    baseUrl: deps.settings.baseUrl,
    deadlineMs: deps.settings.deadlineMs,
    signal,
  });
  return { probe, modeUsed, startedAt, ...priced(priceBook, probe, { finding, modeUsed, at: startedAt }) };
}

const cannotOpen: ProbeFinding = {
  outcome: 'cannot-open',
  httpStatus: null,
  errorCode: null,
  errorMessage: 'The stored key cannot be opened with this master key. Nothing was sent to OpenAI.',
  latencyMs: 0,
  requestId: null,
  rateLimit: null,
  model: null,
  serviceTier: null,
  usage: null,
  usageBasis: null,
};

function priced(
  priceBook: PriceBook,
  probe: BegunProbe,
  { finding, modeUsed, at }: { finding: ProbeFinding; modeUsed: ProbeCallMode; at: Date },
): { finding: ProbeFinding; cost: Cost | null } {
  if (finding.usage) {
    const { usage, usageBasis, serviceTier } = finding;
    const model = finding.model ?? probe.model;
    const query = { model, serviceTier, usage, at, isRegional: probe.isRegional, ...(usageBasis && { usageBasis }) };
    return { finding, cost: costOf(priceBook, query) };
  }
  const isAnswered = finding.outcome === 'ok' && modeUsed === 'completion' && probe.kind === 'project';
  if (!isAnswered) return { finding, cost: null };
  // A model ran and nobody said how much: recorded as a request of unknown cost, which the daily cap counts too.
  const cost: Cost = {
    costPicoUsd: null,
    basis: 'unpriced',
    reason: 'usage-unknown',
    unpricedKinds: [],
    priceVersion: priceBook.version,
  };
  return { finding: { ...finding, usage: { ...emptyUsage, requests: 1 } }, cost };
}
