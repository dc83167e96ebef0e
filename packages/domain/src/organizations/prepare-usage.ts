import { giveWay } from '#core/give-way.js';
import { type ColumnOf, rowsOfInTurns } from '#db/rows-of.js';
import { Prisma } from '#db/rows.js';
import type { UsageBucket } from '#openai/organization/read-usage.js';
import type { PriceBook } from '#pricing/price-book.js';
import type { Usage } from '#pricing/usage.js';
import { costColumns } from '../usage/cost-columns.js';
import { countColumns } from '../usage/usage-columns.js';
import { rateReportedUsage, type RatedUsage } from './rate-reported-usage.js';

/** Reported usage with what it should cost, as it travels into statements. */
export interface PreparedUsage {
  /** What it was rated with. */
  book: PriceBook;
  regional: ReadonlySet<string>;
  rated: readonly RatedUsage[];
  /** All of `rated` as a query. */
  given: Prisma.Sql;
}

/** Half of what it takes to import, and none of it needs Postgres. */
export async function prepareUsage(
  buckets: readonly UsageBucket[],
  { book, regional }: Pick<PreparedUsage, 'book' | 'regional'>,
): Promise<PreparedUsage> {
  let rated: RatedUsage[] = [];
  for (const bucket of buckets) {
    rated = rated.concat(rateReportedUsage(book, bucket, regional));
    await giveWay();
  }
  return { book, regional, rated, given: await givenUsage(rated) };
}

/** @returns whether rows that are written now would be the same */
export function isStillRight(
  { book, regional }: PreparedUsage,
  now: Pick<PreparedUsage, 'book' | 'regional'>,
): boolean {
  return book === now.book && regional.size === now.regional.size && [...regional].every((id) => now.regional.has(id));
}

/** Rows as a query of `usageColumns`. */
export function givenUsage(rated: readonly RatedUsage[]): Promise<Prisma.Sql> {
  return rowsOfInTurns(rated, columns);
}

const columns: readonly ColumnOf<RatedUsage>[] = [
  { name: 'bucket_at', type: 'timestamptz', of: ({ bucketAt }) => bucketAt.toISOString() },
  { name: 'project_id', type: 'text', of: ({ result }) => result.group.projectId ?? '' },
  { name: 'user_id', type: 'text', of: ({ result }) => result.group.userId ?? '' },
  { name: 'api_key_id', type: 'text', of: ({ result }) => result.group.apiKeyId ?? '' },
  { name: 'model', type: 'text', of: ({ result }) => result.group.model ?? '' },
  { name: 'service_tier', type: 'text', of: ({ result }) => result.group.pricedTier ?? '' },
  { name: 'detail', type: 'text', of: detailOf },
  ...countColumns.map(([count, name]) => ({ name, type: 'bigint', of: countOf(count) })),
  { name: 'quantity', type: 'bigint', of: ({ result }) => result.quantity?.count ?? null },
  { name: 'unit', type: 'text', of: ({ result }) => result.quantity?.unit ?? null },
  ...costColumns(({ cost }: RatedUsage) => cost),
];

/** Their names, in order. */
export const usageColumns = Prisma.raw(columns.map(({ name }) => name).join(', '));

function countOf(count: keyof Usage): (rated: RatedUsage) => number {
  return count === 'requests' ? requestsOf : ({ result }) => result.tokens?.usage[count] ?? 0;
}

/** Requests that searched the web stand among the completions already. */
function requestsOf({ result }: RatedUsage): number {
  return result.kind === 'web_search_calls' ? 0 : (result.requests ?? 0);
}

function detailOf({ result: { group } }: RatedUsage): string {
  const { size, source, vectorStoreId, contextLevel } = group;
  return [size, source, vectorStoreId, contextLevel].filter((part) => part !== null).join(' ');
}
