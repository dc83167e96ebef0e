import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseUsd } from '#core/money.js';
import { type BilledFacts, type BilledState, explainBilledDifference } from './explain-billed-difference.js';
import { explainReportedDifference, type ReportedFacts, type ReportedState } from './explain-reported-difference.js';
import { findPriceRatio } from './find-price-ratio.js';
import type { DifferencePart } from './reconciliation.js';

const amount = fc.bigInt({ min: 0n, max: 10n ** 15n });
const count = fc.nat({ max: 1000 });
const billedFacts: fc.Arbitrary<BilledFacts & BilledState> = fc.record({
  billed: fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n }),
  reported: amount,
  billedFees: amount,
  reportedFees: amount,
  requests: count,
  unpricedRequests: count,
  estimatedRequests: count,
  isProvisional: fc.boolean(),
  hasPriceRatio: fc.boolean(),
});
const reportedFacts: fc.Arbitrary<ReportedFacts & ReportedState> = fc.record({
  reported: amount,
  measured: amount,
  probes: amount,
  requests: count,
  estimatedRequests: count,
  unpricedRequests: count,
  measuredRequests: count,
  measuredUnpricedRequests: count,
  isProvisional: fc.boolean(),
});

const sum = (parts: readonly DifferencePart[]) => parts.reduce((total, part) => total + part.amount, 0n);
const amountOf = (parts: readonly DifferencePart[], reason: DifferencePart['reason']) =>
  parts.find((part) => part.reason === reason)?.amount ?? 0n;
const isSound = (parts: readonly DifferencePart[], difference: bigint) =>
  sum(parts) === difference &&
  new Set(parts.map(({ reason }) => reason)).size === parts.length &&
  parts.every((part) => part.amount !== 0n);
const sign = (value: bigint) => (value > 0n ? 1 : value < 0n ? -1 : 0);
const holds = <Facts>(facts: fc.Arbitrary<Facts>, predicate: (facts: Facts) => boolean) =>
  fc.check(fc.property(facts, predicate), { numRuns: 2_000 });

test('the parts of billed less reported sum to it, none is zero, and nothing is explained twice', () => {
  const result = holds(billedFacts, (facts) =>
    isSound(explainBilledDifference(facts, facts), facts.billed - facts.reported),
  );
  expect(result.counterexample).toBeNull();
});

test('beside fees, every part of a final bill has the sign of what fees leave; what is unpriced is billed more', () => {
  const result = holds(billedFacts, (facts) => {
    const parts = explainBilledDifference(facts, { ...facts, isProvisional: false });
    const fees = facts.billedFees - facts.reportedFees;
    const rest = facts.billed - facts.reported - fees;
    return (
      amountOf(parts, 'tool-or-storage-fees') === fees &&
      amountOf(parts, 'unpriced') >= 0n &&
      parts.every((part) => part.reason === 'tool-or-storage-fees' || sign(part.amount) === sign(rest))
    );
  });
  expect(result.counterexample).toBeNull();
});

test('the parts of reported less measured sum to it and share its sign; probes explain no more than they cost', () => {
  const result = holds(reportedFacts, (facts) => {
    const difference = facts.reported - facts.measured;
    const parts = explainReportedDifference(facts, facts);
    return (
      isSound(parts, difference) &&
      parts.every((part) => sign(part.amount) === sign(difference)) &&
      -amountOf(parts, 'probe-spend') <= facts.probes &&
      amountOf(parts, 'outside-traffic') >= 0n
    );
  });
  expect(result.counterexample).toBeNull();
});

const billed = (facts: Partial<BilledFacts>, state: Partial<BilledState> = {}) =>
  explainBilledDifference(
    {
      billed: 0n,
      reported: 0n,
      billedFees: 0n,
      reportedFees: 0n,
      requests: 0,
      unpricedRequests: 0,
      estimatedRequests: 0,
      ...facts,
    },
    { isProvisional: false, hasPriceRatio: false, ...state },
  ).map(({ reason, amount: part }) => `${reason} ${part}`);

test('each reason of a bill takes its part of what the ones before left', () => {
  expect(billed({ billed: 5n, reported: 5n })).toEqual([]);
  expect(billed({ billed: 0n, reported: 41n, unpricedRequests: 3 }, { isProvisional: true })).toEqual([
    'provisional-day -41',
  ]);
  expect(billed({ billed: 15n, reported: 10n, billedFees: 5n })).toEqual(['tool-or-storage-fees 5']);
  expect(billed({ billed: 15n, reported: 11n, billedFees: 5n, reportedFees: 1n })).toEqual(['tool-or-storage-fees 4']);
  expect(billed({ billed: 25n, reported: 10n, billedFees: 5n, unpricedRequests: 1 })).toEqual([
    'tool-or-storage-fees 5',
    'unpriced 10',
  ]);
  // Usage without a price cannot be why less is billed.
  expect(billed({ billed: 5n, reported: 10n, unpricedRequests: 1 })).toEqual(['unknown -5']);
  expect(billed({ billed: 90n, reported: 100n }, { hasPriceRatio: true })).toEqual(['price-differs -10']);
});

test('an assumed tier explains no more than the share of requests that it was assumed for', () => {
  const facts = { reported: 100n, requests: 10 };
  expect(billed({ ...facts, billed: 90n, estimatedRequests: 1 })).toEqual(['tier-mix -10']);
  expect(billed({ ...facts, billed: 89n, estimatedRequests: 1 })).toEqual(['tier-mix -10', 'unknown -1']);
  expect(billed({ ...facts, billed: 150n, estimatedRequests: 5 })).toEqual(['tier-mix 50']);
  expect(billed({ ...facts, billed: 150n, estimatedRequests: 0 })).toEqual(['unknown 50']);
});

const reported = (facts: Partial<ReportedFacts>, state: ReportedState = { isProvisional: false }) =>
  explainReportedDifference(
    {
      reported: 0n,
      measured: 0n,
      probes: 0n,
      requests: 0,
      estimatedRequests: 0,
      unpricedRequests: 0,
      measuredRequests: 0,
      measuredUnpricedRequests: 0,
      ...facts,
    },
    state,
  ).map(({ reason, amount: part }) => `${reason} ${part}`);

test('more reported is traffic from outside; more measured is late, a probe elsewhere, or unknown', () => {
  expect(reported({ reported: 10n, measured: 4n, probes: 4n })).toEqual(['outside-traffic 6']);
  expect(reported({ reported: 4n, measured: 10n }, { isProvisional: true })).toEqual(['provisional-day -6']);
  expect(reported({ reported: 4n, measured: 10n, probes: 6n })).toEqual(['probe-spend -6']);
  expect(reported({ reported: 4n, measured: 10n, probes: 5n })).toEqual(['probe-spend -5', 'unknown -1']);
  expect(reported({ reported: 4n, measured: 10n, unpricedRequests: 1 })).toEqual(['unpriced -6']);
  expect(reported({ reported: 10n, measured: 4n, measuredUnpricedRequests: 1 })).toEqual(['unpriced 6']);
});

test('usage without a price explains no more than its share of the requests that its side has fewer of', () => {
  const one = { requests: 100, measuredRequests: 1, measuredUnpricedRequests: 1 };
  expect(reported({ reported: 1_000n, ...one })).toEqual(['unpriced 10', 'outside-traffic 990']);
  expect(reported({ reported: 1_000n, ...one, requests: 1 })).toEqual(['unpriced 1000']);
  // As many without a price on both sides are likely the same ones.
  expect(reported({ reported: 1_000n, ...one, unpricedRequests: 1 })).toEqual(['outside-traffic 1000']);
  const late = { measured: 1_000n, measuredRequests: 4, requests: 1, unpricedRequests: 1 };
  expect(reported(late, { isProvisional: true })).toEqual(['unpriced -250', 'provisional-day -750']);
  expect(reported({ ...late, probes: 500n })).toEqual(['unpriced -250', 'probe-spend -500', 'unknown -250']);
});

const days = (...pairs: [billed: string, reported: string][]) =>
  pairs.map(([bill, report]) => ({ billed: parseUsd(bill), reported: parseUsd(report), unpricedRequests: 0, days: 1 }));

test('a price ratio is one proportion on three days or more, and not 1', () => {
  expect(findPriceRatio(days(['9', '10'], ['0.9', '1'], ['90', '100']))).toEqual({ ratio: 0.9, days: 3 });
  expect(findPriceRatio(days(['9', '10'], ['90', '100']))).toBeNull();
  expect(findPriceRatio(days(['9', '10'], ['0.9', '1'], ['95', '100']))).toBeNull();
  expect(findPriceRatio(days(['10', '10'], ['1', '1'], ['100', '100']))).toBeNull();
  expect(findPriceRatio(days(['9', '10'], ['0', '1'], ['90', '100'], ['9', '10']))).toBeNull();
});

test('days without use say nothing of the price, and usage without a price forbids to say anything', () => {
  const three = days(['9', '10'], ['0.9', '1'], ['90', '100']);
  expect(findPriceRatio([...three, ...days(['0', '0'])])).toEqual({ ratio: 0.9, days: 3 });
  expect(findPriceRatio(three.map((day) => ({ ...day, unpricedRequests: 1 })))).toBeNull();
});
