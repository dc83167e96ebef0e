import type { z } from 'zod';
import { formatUsd, formatUsdOrNull, type PicoUsd } from '#core/money.js';
import { utcDay } from '#core/utc-day.js';
import type { Balance, LedgerSync } from '#domain/ledger/balance-of.js';
import type { BurnRate } from '#domain/ledger/burn-rate.js';
import type { LedgerEntry } from '#domain/ledger/ledger-entry.js';
import type { ListedLedgerEntry } from '#domain/ledger/list-ledger.js';
import type { balanceJson, ledgerEntryJson, ledgerPageJson } from './ledger-schemas.js';

const shownSyncs = 50;

export function presentEntry(entry: LedgerEntry): z.input<typeof ledgerEntryJson> {
  const { at, amount, stated, computed, estimated, expiresAt, createdAt, ...rest } = entry;
  return {
    ...rest,
    at: at.toISOString(),
    amountUsd: formatUsd(amount),
    statedUsd: formatUsdOrNull(stated),
    computedUsd: formatUsdOrNull(computed),
    estimatedUsd: formatUsdOrNull(estimated),
    expiresAt: expiresAt?.toISOString() ?? null,
    createdAt: createdAt.toISOString(),
  };
}

export function presentListedEntry(
  { isUndone, isRevision, bill, ...entry }: ListedLedgerEntry,
  totals: ReadonlyMap<string, PicoUsd>,
): z.input<typeof ledgerPageJson>['items'][number] {
  return {
    ...presentEntry(entry),
    isUndone,
    isRevision,
    bill: bill && { ...bill, amountUsd: formatUsd(bill.amount), readAt: bill.readAt.toISOString() },
    dayEndBalanceUsd: formatUsdOrNull(totals.get(entry.billedOn ?? utcDay(entry.at)) ?? null),
  };
}

export function presentBalance(organizationId: string, balance: Balance): z.input<typeof balanceJson> {
  const { lastSync, since, forecast } = balance;
  const tenths = (days: number | null) => (days === null ? null : Math.round(days * 10) / 10);
  return {
    organizationId,
    balanceUsd: formatUsdOrNull(balance.balance),
    isAtMost: balance.isAtMost,
    reasons: balance.reasons,
    lastSync: lastSync && { id: lastSync.id, at: lastSync.at.toISOString(), statedUsd: formatUsd(lastSync.stated) },
    since: since && {
      depositsUsd: formatUsd(since.deposits),
      correctionsUsd: formatUsd(since.corrections),
      expiredUsd: formatUsd(since.expired),
      billedUsd: formatUsd(since.billed),
      estimatedUsd: formatUsd(since.estimated),
    },
    todayUsd: formatUsdOrNull(balance.today),
    todayUnpricedRequests: balance.todayUnpricedRequests,
    estimatedFromDay: balance.estimatedFromDay,
    unpricedRequests: balance.unpricedRequests,
    age: {
      costsReadAt: balance.costsReadAt?.toISOString() ?? null,
      importedAt: balance.importedAt?.toISOString() ?? null,
    },
    burnRate7: presentBurnRate(balance.burnRate7),
    burnRate30: presentBurnRate(balance.burnRate30),
    daysToZero: forecast && {
      low: tenths(forecast.daysToZero.low),
      expected: tenths(forecast.daysToZero.expected),
      high: tenths(forecast.daysToZero.high),
    },
    zeroOn: forecast && forecast.zeroOn,
    syncs: balance.syncs.slice(0, shownSyncs).map(presentSync),
  };
}

function presentSync({ entry, drift, isUndone }: LedgerSync): z.input<typeof balanceJson>['syncs'][number] {
  return {
    id: entry.id,
    at: entry.at.toISOString(),
    statedUsd: formatUsdOrNull(entry.stated),
    computedUsd: formatUsdOrNull(entry.computed),
    differenceUsd: drift && formatUsd(drift.difference),
    explainedUsd: drift && formatUsd(drift.explained),
    unexplainedUsd: drift && formatUsd(drift.unexplained),
    reason: entry.reason,
    isUndone,
  };
}

function presentBurnRate(rate: BurnRate | null) {
  return rate && { usdPerDay: formatUsd(rate.perDay), days: rate.days, estimatedDays: rate.estimatedDays };
}
