import { formatUsd, type PicoUsd } from '#core/money.js';
import type { Database } from '#db/database.js';
import { withTenant } from '#db/with-tenant.js';

/**
 * Sets what a tenant means to spend at most per local day and month, more than nothing; it stops nobody. What is left out
 * stays, and null takes a limit away.
 */
export async function setSpendLimits(
  deps: { db: Database },
  tenantId: string,
  { daily, monthly }: { daily?: PicoUsd | null | undefined; monthly?: PicoUsd | null | undefined },
): Promise<void> {
  await withTenant(deps.db, tenantId, (tx) =>
    tx.tenant.update({
      where: { id: tenantId },
      data: {
        ...(daily !== undefined && { dailyLimitUsd: toColumn(daily) }),
        ...(monthly !== undefined && { monthlyLimitUsd: toColumn(monthly) }),
      },
      select: { id: true },
    }),
  );
}

const toColumn = (limit: PicoUsd | null) => (limit === null ? null : formatUsd(limit));
