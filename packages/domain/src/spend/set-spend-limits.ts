import { formatUsd, formatUsdOrNull, parseUsd, type PicoUsd } from '#core/money.js';
import type { Database, Tx } from '#db/database.js';
import { withTenant } from '#db/with-tenant.js';
import type { AuditDetails } from '../audit/audit-event.js';
import { differing } from '../audit/differing.js';
import { type AuditDeps, recordAudit } from '../audit/record-audit.js';

/**
 * Sets what a tenant means to spend at most per local day and month, more than nothing; it stops nobody. What is left out
 * stays, and null takes a limit away.
 */
export async function setSpendLimits(
  deps: AuditDeps & { db: Database },
  tenantId: string,
  { daily, monthly }: { daily?: PicoUsd | null | undefined; monthly?: PicoUsd | null | undefined },
): Promise<void> {
  await withTenant(deps.db, tenantId, async (tx) => {
    const before = await lockLimits(tx, tenantId);
    await tx.tenant.update({
      where: { id: tenantId },
      data: {
        ...(daily !== undefined && { dailyLimitUsd: formatUsdOrNull(daily) }),
        ...(monthly !== undefined && { monthlyLimitUsd: formatUsdOrNull(monthly) }),
      },
      select: { id: true },
    });
    const after = {
      dailyUsd: daily === undefined ? before.dailyUsd : formatUsdOrNull(daily),
      monthlyUsd: monthly === undefined ? before.monthlyUsd : formatUsdOrNull(monthly),
    };
    await recordAudit(tx, deps, tenantId, {
      action: 'spend-limits.set',
      subject: { kind: 'tenant', id: tenantId },
      ...differing(before, after),
    });
  });
}

interface Limits {
  dailyUsd: string | null;
  monthlyUsd: string | null;
}

async function lockLimits(tx: Tx, tenantId: string): Promise<AuditDetails & Limits> {
  const [limits] = await tx.$queryRaw<Limits[]>`
    SELECT daily_limit_usd::text AS "dailyUsd", monthly_limit_usd::text AS "monthlyUsd"
    FROM tenant WHERE id = ${tenantId}::uuid FOR NO KEY UPDATE`;
  if (!limits) throw new Error('a tenant sees its own row');
  const plain = (usd: string | null) => (usd === null ? null : formatUsd(parseUsd(usd)));
  return { dailyUsd: plain(limits.dailyUsd), monthlyUsd: plain(limits.monthlyUsd) };
}
