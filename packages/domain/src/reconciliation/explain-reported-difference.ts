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
  /** Reported, of those requests: without a price. */
  unpricedRequests: number;
  measuredRequests: number;
  measuredUnpricedRequests: number;
}

export interface ReportedState {
  /** OpenAI may still report usage of this day. */
  isProvisional: boolean;
}

/**
 * Why what OpenAI reports differs from what was measured here. Usage without a price on the smaller side has the share of the
 * difference that it has of the requests which that side lacks. The rest: more is reported, by calls that nobody told
 * Keyledger of. More is measured: usage that is not reported yet, or comes from keys of an organization that is not connected,
 * as many probes do.
 */
export function explainReportedDifference(facts: ReportedFacts, state: ReportedState): DifferencePart[] {
  const difference = facts.reported - facts.measured;
  const unpriced = unpricedPart(difference, facts);
  const rest = difference - unpriced;
  if (difference > 0n) {
    return partsOf([
      ['unpriced', unpriced],
      ['outside-traffic', rest],
    ]);
  }
  if (state.isProvisional) {
    return partsOf([
      ['unpriced', unpriced],
      ['provisional-day', rest],
    ]);
  }
  const probes = -rest < facts.probes ? rest : -facts.probes;
  const tierMix = withinShare(rest - probes, facts.reported, facts);
  return partsOf([
    ['unpriced', unpriced],
    ['probe-spend', probes],
    ['tier-mix', tierMix],
    ['unknown', rest - probes - tierMix],
  ]);
}

/** As much as requests without a price can be: of those that the smaller side has fewer of, they are this share. */
function unpricedPart(difference: PicoUsd, facts: ReportedFacts): PicoUsd {
  const sign = difference > 0n ? 1 : -1;
  const unpriced = sign * (facts.measuredUnpricedRequests - facts.unpricedRequests);
  if (unpriced <= 0) return 0n;
  const missing = sign * (facts.requests - facts.measuredRequests) + unpriced;
  return missing <= unpriced ? difference : (difference * BigInt(unpriced)) / BigInt(missing);
}
