import { parseUsdOrNull } from '#core/money.js';
import type { Tx } from '#db/database.js';
import { Prisma } from '#db/rows.js';
import type { PriceOverride } from '#pricing/price-override.js';

/** An override with what people said about it. */
export interface NotedOverride extends PriceOverride {
  note: string;
  createdBy: string;
}

interface OverrideRow extends Omit<NotedOverride, 'picoUsdPerUnit' | 'picoPercentOff'> {
  usdPerUnit: string | null;
  percentOff: string | null;
}

/** The tenant's overrides that were not removed, whatever their dates, oldest first. */
export function listActiveOverrides(tx: Tx): Promise<NotedOverride[]> {
  return list(tx, Prisma.sql`removed_at IS NULL`);
}

/** Overrides that were removed, of these ids. */
export function listRemovedOverrides(tx: Tx, ids: readonly string[]): Promise<NotedOverride[]> {
  return list(tx, Prisma.sql`removed_at IS NOT NULL AND id = ANY(${ids}::uuid[])`);
}

async function list(tx: Tx, condition: Prisma.Sql): Promise<NotedOverride[]> {
  const rows = await tx.$queryRaw<OverrideRow[]>`
    SELECT id::text, model, tier, context, kind, variant, usd_per_unit::text AS "usdPerUnit",
      percent_off::text AS "percentOff", to_char(effective_from, 'YYYY-MM-DD') AS "effectiveFrom",
      to_char(effective_to, 'YYYY-MM-DD') AS "effectiveTo", created_at AS "createdAt", created_by AS "createdBy", note
    FROM price_override WHERE tenant_id = current_tenant_id() AND ${condition} ORDER BY created_at, id`;
  return rows.map(({ usdPerUnit, percentOff, ...row }) => ({
    ...row,
    picoUsdPerUnit: parseUsdOrNull(usdPerUnit),
    picoPercentOff: parseUsdOrNull(percentOff),
  }));
}
