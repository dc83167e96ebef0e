import { formatUsdOrNull } from '#core/money.js';
import type { Tx } from '#db/database.js';
import type { PriceBook } from '#pricing/price-book.js';
import type { NotedOverride } from './select-overrides.js';

/** Remembers what a version of prices was made of; idempotent. To be called before a cost can name the version. */
export async function recordPriceVersion(
  tx: Tx,
  { book, base, overrides, at }: { book: PriceBook; base: PriceBook; overrides: readonly NotedOverride[]; at: Date },
): Promise<void> {
  const said = overrides.map(({ picoUsdPerUnit, picoPercentOff, createdAt: _createdAt, ...override }) => ({
    ...override,
    usdPerUnit: formatUsdOrNull(picoUsdPerUnit),
    percentOff: formatUsdOrNull(picoPercentOff),
  }));
  await tx.$executeRaw`
    INSERT INTO price_version (tenant_id, version, base, overrides, made_at)
    VALUES (current_tenant_id(), ${book.version}, ${base.version}, ${JSON.stringify(said)}::jsonb, ${at})
    ON CONFLICT DO NOTHING`;
}
