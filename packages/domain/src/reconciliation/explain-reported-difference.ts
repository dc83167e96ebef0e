import type { PicoUsd } from '#core/money.js';
import { partsOf, withinShare } from './explain-billed-difference.js';
import type { DifferencePart } from './reconciliation.js';

/** Of one span of days and one group. */
export interface ReportedFacts {
  reported: PicoUsd;
  measured: PicoUsd;
  /** Of what is measured: our own probes. */
  probes: PicoUsd;
  /** Reported. */
  requests: number;
  estimatedRequests: number;
  /** Reported less measured: on which side prices are missing. */
  unpricedRequests: number;
  measuredUnpricedRequests: number;
}

export interface ReportedState {
  /** OpenAI may still report usage of this day. */
  isProvisional: boolean;
}

/**
 * Why what OpenAI reports differs from what was measured here. More is reported: calls that nobody told Keyledger of. More
 * is measured: usage that is not reported yet, or comes from keys of an organization that is not connected, as many probes
 * do. Where only the smaller side has usage without a price, that is the reason.
 */
export function explainReportedDifference(facts: ReportedFacts, state: ReportedState): DifferencePart[] {
  const difference = facts.reported - facts.measured;
  const moreUnpriced = facts.unpricedRequests - facts.measuredUnpricedRequests;
  if (difference > 0n) return partsOf([[moreUnpriced < 0 ? 'unpriced' : 'outside-traffic', difference]]);
  if (moreUnpriced > 0) return partsOf([['unpriced', difference]]);
  if (state.isProvisional) return partsOf([['provisional-day', difference]]);
  const probes = -difference < facts.probes ? difference : -facts.probes;
  const tierMix = withinShare(difference - probes, facts.reported, facts);
  return partsOf([
    ['probe-spend', probes],
    ['tier-mix', tierMix],
    ['unknown', difference - probes - tierMix],
  ]);
}
