import type { PicoUsd } from '#core/money.js';
import type { AdminConnection, AdminReadDeps } from './admin-connection.js';
import { OrganizationReadError } from './organization-read-error.js';
import { mostPages } from './most-pages.js';
import { parseAmount } from './parse-amount.js';
import { readBucketPages, type RawBucket } from './read-bucket-pages.js';
import type { UnknownResult } from './usage-result.js';

export type CostDimension = 'project_id' | 'line_item' | 'api_key_id' | 'user_id' | 'api_source';

export interface CostQuery extends AdminConnection {
  /** Inclusive. Costs come by UTC day; anything but midnight gets a first day that is cut there. */
  startAt: Date;
  /** Exclusive; up to now, when absent. */
  endAt?: Date;
  /** Default project, line item and API key. OpenAI refuses `user_id` with `project_id` for some organizations. */
  groupBy?: readonly CostDimension[];
  projectIds?: readonly string[];
  apiKeyIds?: readonly string[];
  /** Whole names of lines. */
  lineItems?: readonly string[];
  /** Default 7, at most 180. */
  bucketsPerPage?: number;
  /** Default: as many as the range has days, and a few; 1,000 at most. */
  maxPages?: number;
}

/** What OpenAI bills for one thing in one bucket. Null: not grouped by, or none. */
export interface ReportedCost {
  amountPicoUsd: PicoUsd;
  projectId: string | null;
  apiKeyId: string | null;
  userId: string | null;
  apiSource: string | null;
  /** `<model>, <component>`, or the name of a tool; a label to show and not to take apart. */
  lineItem: string | null;
  /** With `line_item` only. */
  quantity: number | null;
  quantityUnit: string | null;
}

export interface CostBucket {
  startAt: Date;
  /** Exclusive. */
  endAt: Date;
  costs: ReportedCost[];
  unknownResults: UnknownResult[];
}

const dayMs = 86_400_000;
const resultObject = 'organization.costs.result';

/**
 * What OpenAI bills, page by page, oldest day first; see `readUsage` for paging.
 * @throws OrganizationReadError, see `readBucketPages`, and `unreadable-amount` for money that is no number of USD: a
 * line left out would make the bill look smaller than it is.
 */
export async function* readCosts(deps: AdminReadDeps, query: CostQuery): AsyncGenerator<CostBucket[]> {
  const { startAt, endAt, groupBy = ['project_id', 'line_item', 'api_key_id'], maxPages } = query;
  const pages = readBucketPages(deps, query, {
    path: '/organization/costs',
    query: {
      start_time: Math.floor(startAt.getTime() / 1000),
      end_time: endAt && Math.floor(endAt.getTime() / 1000),
      bucket_width: '1d',
      group_by: groupBy,
      project_ids: query.projectIds,
      api_key_ids: query.apiKeyIds,
      line_items: query.lineItems,
      limit: query.bucketsPerPage ?? 7,
    },
    maxPages: maxPages ?? mostPages({ startAt, endAt, bucketMs: dayMs }),
  });
  for await (const buckets of pages) yield buckets.map(toCostBucket);
}

function toCostBucket({ startAt, endAt, results }: RawBucket): CostBucket {
  const costs: ReportedCost[] = [];
  const unknownResults: UnknownResult[] = [];
  for (const raw of results) {
    const fields = typeof raw === 'object' && raw !== null ? (raw as Record<string, unknown>) : {};
    if (fields.object === resultObject) costs.push(toCost(fields));
    else unknownResults.push({ object: textOrNull(fields.object), raw });
  }
  return { startAt, endAt, costs, unknownResults };
}

function toCost(fields: Record<string, unknown>): ReportedCost {
  const { value, currency } = (fields.amount ?? {}) as { value?: unknown; currency?: unknown };
  const amountPicoUsd = parseAmount(value);
  const isUsd = currency === undefined || (typeof currency === 'string' && currency.toLowerCase() === 'usd');
  if (amountPicoUsd === null || !isUsd) {
    throw new OrganizationReadError('unreadable-amount', 'A cost is no finite amount of USD.');
  }
  return {
    amountPicoUsd,
    projectId: textOrNull(fields.project_id),
    apiKeyId: textOrNull(fields.api_key_id),
    userId: textOrNull(fields.user_id),
    apiSource: textOrNull(fields.api_source),
    lineItem: textOrNull(fields.line_item),
    quantity: typeof fields.quantity === 'number' ? fields.quantity : null,
    quantityUnit: textOrNull(fields.quantity_unit),
  };
}

function textOrNull(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
