import { parseAmount } from '#openai/organization/parse-amount.js';
import { costDimensions, type CostBucket, type CostOfGroup, type DayBucket, type StoredCost } from './cost-question.js';

/** Costs of several organizations in their buckets, the same group added up, dearest first. */
export function addCosts(buckets: readonly DayBucket[], costs: readonly StoredCost[]): CostBucket[] {
  const groupsOf = new Map(buckets.map(({ end }) => [end, new Map<string, CostOfGroup>()]));
  const ends = buckets.map(({ end }) => end);
  for (const cost of costs) {
    const groups = groupsOf.get(ends.find((end) => cost.at < end) ?? 0);
    if (!groups) continue;
    const key = JSON.stringify([...costDimensions.map((name) => cost[name]), cost.quantityUnit]);
    groups.set(key, add(groups.get(key), cost));
  }
  return buckets.map((bucket) => ({
    ...bucket,
    results: [...(groupsOf.get(bucket.end)?.values() ?? [])].sort(dearest),
  }));
}

function add(known: CostOfGroup | undefined, { at: _at, costUsd, quantity, ...group }: StoredCost): CostOfGroup {
  const counted = parseAmount(quantity);
  return {
    ...group,
    cost: (known?.cost ?? 0n) + (parseAmount(costUsd) ?? 0n),
    quantity: counted === null ? (known?.quantity ?? null) : (known?.quantity ?? 0n) + counted,
  };
}

function dearest(a: CostOfGroup, b: CostOfGroup): number {
  if (a.cost !== b.cost) return a.cost < b.cost ? 1 : -1;
  return JSON.stringify(a, textOfBigint) < JSON.stringify(b, textOfBigint) ? -1 : 1;
}

function textOfBigint(_name: string, value: unknown): unknown {
  return typeof value === 'bigint' ? value.toString() : value;
}
