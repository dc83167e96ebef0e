import { nilUuid } from '#core/ids.js';
import { formatUsd, parseUsdOrNull } from '#core/money.js';
import type { Tx } from '#db/database.js';
import { type ColumnOf, rowsOf } from '#db/rows-of.js';
import { Prisma } from '#db/rows.js';
import { costColumns } from '../usage/cost-columns.js';
import type { RatedBook } from './affected-usage.js';
import type { ReplacedCost } from './rate-batch.js';
import { recordSource } from './record-source.js';

/**
 * Puts new costs in the place of old ones: in the records, in the sums that hold them, and the old ones that differ in
 * `cost_revision`. The records are locked.
 */
export async function replaceCosts(
  tx: Tx,
  {
    book,
    reRatingId,
    replaced,
    changed,
  }: { book: RatedBook; reRatingId: string; replaced: readonly ReplacedCost[]; changed: readonly ReplacedCost[] },
): Promise<void> {
  if (changed.length > 0) {
    await keepOldCosts(tx, { book, reRatingId, changed });
    // In the order in which writers take these rows, so that neither waits for the other in a circle.
    for (const sums of sumTables[book]) await moveSums(tx, { book, sums, changed });
  }
  await updateRecords(tx, { book, replaced });
}

/** Where a record stands. */
const position: readonly ColumnOf<ReplacedCost>[] = [
  { name: 'id', type: 'uuid', of: ({ id }) => id },
  { name: 'at', type: 'timestamptz', of: ({ at }) => at.toISOString() },
];

async function keepOldCosts(
  tx: Tx,
  { book, reRatingId, changed }: { book: RatedBook; reRatingId: string; changed: readonly ReplacedCost[] },
): Promise<void> {
  const given = rowsOf(changed, [
    ...position,
    { name: 'cost_usd', type: 'numeric', of: ({ before }) => before.costUsd },
    { name: 'cost_basis', type: 'text', of: ({ before }) => before.basis },
    { name: 'cost_reason', type: 'text', of: ({ before }) => before.reason },
    { name: 'price_version', type: 'text', of: ({ before }) => before.priceVersion },
  ]);
  await tx.$executeRaw`
    INSERT INTO cost_revision (tenant_id, re_rating_id, book, record_id, occurred_at, cost_usd, cost_basis, cost_reason,
      price_version)
    SELECT current_tenant_id(), ${reRatingId}::uuid, ${book}, r.* FROM (${given}) AS r`;
}

async function updateRecords(
  tx: Tx,
  { book, replaced }: { book: RatedBook; replaced: readonly ReplacedCost[] },
): Promise<void> {
  const { table, at } = recordSource[book];
  const given = rowsOf(replaced, [...position, ...costColumns(({ after }: ReplacedCost) => after)]);
  await tx.$executeRaw`
    UPDATE ${table} u SET cost_usd = r.cost_usd, cost_basis = r.cost_basis, cost_reason = r.cost_reason,
      price_version = r.price_version
    FROM (${given}) AS r
    WHERE u.tenant_id = current_tenant_id() AND u.${at} = r.at AND u.id = r.id`;
}

/** Which sums hold the records of a book, and by which of their columns: in the sums, and in the records. */
interface SumTable {
  table: string;
  keys: readonly { ofSum: string; ofRecord: string }[];
  /** Records that are not in these sums. */
  excluded?: string;
}

const same = (column: string) => ({ ofSum: column, ofRecord: column });

const sumTables: Readonly<Record<RatedBook, readonly SumTable[]>> = {
  measured: [
    { table: 'end_user_hourly', keys: ['hour', 'end_user'].map(same), excluded: 'end_user IS NULL' },
    {
      table: 'usage_hourly',
      keys: [
        { ofSum: 'provider_key_id', ofRecord: `coalesce(provider_key_id, '${nilUuid}')` },
        { ofSum: 'hour', ofRecord: 'hour' },
        ...['source', 'model', 'service_tier'].map(same),
      ],
    },
  ],
  reported: [
    {
      table: 'reported_hourly',
      keys: ['hour', 'organization_id', 'kind', 'project_id', 'api_key_id', 'model', 'service_tier'].map(same),
    },
  ],
};

async function moveSums(
  tx: Tx,
  { book, sums, changed }: { book: RatedBook; sums: SumTable; changed: readonly ReplacedCost[] },
): Promise<void> {
  const { table: records, at } = recordSource[book];
  const given = rowsOf(changed, [
    ...position,
    { name: 'hour', type: 'timestamptz', of: ({ hour }) => hour.toISOString() },
    { name: 'usd', type: 'numeric', of: usdMoved },
    { name: 'unpriced', type: 'bigint', of: (one) => requestsMoved(one, 'unpriced') },
    { name: 'estimated', type: 'bigint', of: (one) => requestsMoved(one, 'estimated') },
  ]);
  const table = Prisma.raw(sums.table);
  const selected = Prisma.raw(sums.keys.map(({ ofSum, ofRecord }) => `${ofRecord} AS ${ofSum}`).join(', '));
  const names = Prisma.raw(sums.keys.map(({ ofSum }) => ofSum).join(', '));
  const matching = Prisma.raw(sums.keys.map(({ ofSum }) => `s.${ofSum} = moved.${ofSum}`).join(' AND '));
  await tx.$executeRaw`
    WITH moved AS (
      SELECT ${selected}, sum(r.usd) AS usd, sum(r.unpriced) AS unpriced, sum(r.estimated) AS estimated
      FROM (${given}) AS r JOIN ${records} u ON u.tenant_id = current_tenant_id() AND u.${at} = r.at AND u.id = r.id
      WHERE NOT (${Prisma.raw(sums.excluded ?? 'false')})
      GROUP BY ${Prisma.raw(sums.keys.map((_, index) => String(index + 1)).join(', '))}
    ), locked AS (
      SELECT ${names} FROM ${table} s
      WHERE tenant_id = current_tenant_id() AND EXISTS (SELECT FROM moved WHERE ${matching})
      ORDER BY ${names} FOR UPDATE
    )
    UPDATE ${table} s SET cost_usd = s.cost_usd + moved.usd, unpriced_requests = s.unpriced_requests + moved.unpriced,
      estimated_requests = s.estimated_requests + moved.estimated
    FROM moved, (SELECT count(*) FROM locked) AS all_locked
    WHERE s.tenant_id = current_tenant_id() AND ${matching}`;
}

function usdMoved({ before, after }: ReplacedCost): string {
  return formatUsd((after.costPicoUsd ?? 0n) - (parseUsdOrNull(before.costUsd) ?? 0n));
}

function requestsMoved({ requests, before, after }: ReplacedCost, basis: string): number {
  return requests * (Number(after.basis === basis) - Number(before.basis === basis));
}
