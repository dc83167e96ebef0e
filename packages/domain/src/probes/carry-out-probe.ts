import type { ProbeFinding } from '#openai/probe-finding.js';
import { probeProviderKey } from '#openai/probe-provider-key.js';
import { type Cost, costOf } from '#pricing/cost-of.js';
import type { BegunProbe } from './begin-claimed-probes.js';
import { assumedProbeCost, expectedProbeCost } from './expected-probe-cost.js';
import { probeModeWithinCap } from './probe-mode-within-cap.js';
import type { ProbeDeps } from './probe-settings.js';
import type { EndedProbe } from './record-probe-runs.js';

/**
 * Calls OpenAI once for a begun probe and prices what it used. Every refusal and every network fault is a finding.
 * @throws the signal's reason when `signal` aborts, since a probe that was cut off by us says nothing about the key
 */
export async function carryOutProbe(deps: ProbeDeps, probe: BegunProbe, signal?: AbortSignal): Promise<EndedProbe> {
  const startedAt = deps.clock.now();
  const modeUsed = probeModeWithinCap({
    ...probe,
    probePicoUsd:
      expectedProbeCost(deps, { ...probe, at: startedAt }) ?? assumedProbeCost(deps, { ...probe, at: startedAt }),
  });
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
  return { probe, modeUsed, startedAt, finding, cost: priceOf(deps, probe, { finding, at: startedAt }) };
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
  availableModels: null,
};

function priceOf(
  deps: ProbeDeps,
  probe: BegunProbe,
  { finding, at }: { finding: ProbeFinding; at: Date },
): Cost | null {
  if (!finding.usage) return null;
  return costOf(deps.priceBook, {
    model: finding.model ?? probe.model,
    serviceTier: finding.serviceTier,
    usage: finding.usage,
    ...(finding.usageBasis && { usageBasis: finding.usageBasis }),
    at,
  });
}
