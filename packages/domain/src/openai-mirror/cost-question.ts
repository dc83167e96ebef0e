import { createHash } from 'node:crypto';
import type { PicoUsd } from '#core/money.js';
import type { CostDimension } from '#openai/organization/read-costs.js';

export const costDimensions = [
  'project_id',
  'line_item',
  'api_key_id',
  'user_id',
  'api_source',
] as const satisfies readonly CostDimension[];

/** What is asked of costs, in any organization and over any time. An empty filter does not narrow. */
export interface CostSelection {
  groupBy: readonly CostDimension[];
  projectIds: readonly string[];
  apiKeyIds: readonly string[];
  lineItems: readonly string[];
}

/** What is billed for one group. Null: not grouped by, or none. */
interface Group {
  project_id: string | null;
  line_item: string | null;
  api_key_id: string | null;
  user_id: string | null;
  api_source: string | null;
  quantityUnit: string | null;
}

export interface CostOfGroup extends Group {
  cost: PicoUsd;
  /** In 10⁻¹² of its unit; only with `line_item`. */
  quantity: bigint | null;
}

/** The same as it is kept and as the database sums it: decimals in text, and where in time it belongs. */
export interface StoredCost extends Group {
  /** The beginning of its bucket, Unix seconds. */
  at: number;
  costUsd: string;
  quantity: string | null;
}

/** A UTC day, or what is left of it after the start that was asked for; Unix seconds, the end exclusive. */
export interface DayBucket {
  start: number;
  end: number;
}

export interface CostBucket extends DayBucket {
  results: CostOfGroup[];
}

export const secondsPerDay = 86_400;

/** The buckets of a range whose end is a midnight. */
export function dayBuckets({ start, end }: DayBucket): DayBucket[] {
  const buckets: DayBucket[] = [];
  for (let from = start; from < end; from = endOfDay(from)) buckets.push({ start: from, end: endOfDay(from) });
  return buckets;
}

/** The midnight UTC that ends the day of an instant. */
export function endOfDay(seconds: number): number {
  return (Math.floor(seconds / secondsPerDay) + 1) * secondsPerDay;
}

/** The same text for the same selection in whatever order it was written. */
export function fingerprintOf(selection: CostSelection, ...rest: readonly (number | string | null)[]): string {
  const { groupBy, projectIds, apiKeyIds, lineItems } = selection;
  const lists = [groupBy, projectIds, apiKeyIds, lineItems].map((list) => [...new Set(list)].sort());
  return createHash('sha256')
    .update(JSON.stringify([...lists, ...rest]))
    .digest('base64url');
}
