import { type PicoUsd, parseUsdOrNull } from '#core/money.js';
import { Prisma } from '#db/rows.js';
import type { Usage } from '#pricing/usage.js';
import { usageColumns } from '../usage/usage-columns.js';

/**
 * One row of usage as OpenAI reports it: a bucket of one group, with the cost that our prices make of it. Of reasoning it
 * reports nothing: there are 0 such tokens in every row.
 */
export interface ReportedRow extends Usage {
  id: string;
  /** The bucket's beginning; of a day that came as one, midnight in UTC. */
  bucketAt: Date;
  /** 3,600 or 86,400. */
  bucketSecs: number;
  organizationId: string;
  /** The usage endpoint. */
  kind: string;
  /** OpenAI's ids. Null where it names none. */
  projectId: string | null;
  /** As OpenAI last listed it. */
  projectName: string | null;
  keyId: string | null;
  keyName: string | null;
  userId: string | null;
  model: string | null;
  /** The tier that is priced. */
  serviceTier: string | null;
  /** Size and source of images, vector store, context level. */
  detail: string | null;
  /** Of kinds that are not counted in tokens. */
  quantity: number | null;
  unit: string | null;
  /** Null when it has no price; never zero for that reason. */
  cost: PicoUsd | null;
  costBasis: 'exact' | 'estimated' | 'unpriced';
  /** Why the cost is not exact; null when it is. */
  costReason: string | null;
  priceVersion: string;
}

export type SelectedReportedRow = Omit<ReportedRow, 'cost'> & { cost: string | null };

const named = (column: string) => Prisma.raw(`NULLIF(r.${column}, '')`);

/** `SELECT …` of the rows that `toReportedRow` reads; the row is `r`, its project `p`, its key `k`. Money leaves as text. */
export const selectReportedRow = Prisma.sql`
  SELECT r.id::text, r.bucket_at AS "bucketAt", r.bucket_secs AS "bucketSecs", r.organization_id::text AS "organizationId",
    r.kind, ${named('project_id')} AS "projectId", p.name AS "projectName", ${named('api_key_id')} AS "keyId",
    NULLIF(k.name, '') AS "keyName", ${named('user_id')} AS "userId", ${named('model')} AS model,
    ${named('service_tier')} AS "serviceTier", ${named('detail')} AS detail, ${usageColumns},
    r.quantity::float8 AS quantity, r.unit,
    r.cost_usd::text AS cost, r.cost_basis AS "costBasis", r.cost_reason AS "costReason",
    r.price_version AS "priceVersion"`;

export function toReportedRow(row: SelectedReportedRow): ReportedRow {
  return Object.assign(row, { cost: parseUsdOrNull(row.cost) });
}
