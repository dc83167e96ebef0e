import { parseUsd } from '#core/money.js';
import type { Balance } from '#domain/ledger/balance-of.js';
import { sumSpend } from '#domain/spend/spend-sums.js';
import type { FrameInput } from './frame.js';
import type { SpendFigures } from './spend-figures.js';
import { spendFields, type SpendFilters } from './spend-filters.js';
import { spendPage } from './spend-page.js';

const sums = {
  cost: parseUsd('3.5'),
  records: 1,
  requests: 5,
  inputTokens: 6,
  inputCachedTokens: 1,
  outputTokens: 7,
  unpricedRequests: 2,
  estimatedRequests: 1,
};
const days = ['2026-11-19', '2026-11-20', '2026-11-21'].map((day, index) => ({
  ...sums,
  day,
  isKnown: index > 0,
  isProvisional: index > 1,
}));
const standing = { book: 'measured', spent: sums.cost, limit: sums.cost, remaining: 0n, over: 1n } as const;

/** For tests: the Spend page, as full as it gets, every text of it `text`. */
export function testSpendPage(frame: FrameInput, text: string) {
  const filters = Object.fromEntries(spendFields.map((name) => [name, text])) as SpendFilters;
  return spendPage({ frame, filters, errors: [text], figures: figuresOf(frame, text), limits: refusedLimits(text) });
}

function figuresOf(frame: FrameInput, text: string): SpendFigures {
  const group = { ...sums, group: text, groupName: text };
  const spendLimit = { usd: '500', interval: text, isEnforcing: true };
  return {
    book: 'reported',
    by: 'project',
    only: {},
    range: 'custom',
    head: { from: '2026-11-19', to: '2026-11-21', timeZone: text, asOf: frame.now.toISOString() },
    today: '2026-11-21',
    sources: {
      calendar: 'utc',
      zone: 'UTC',
      hasBills: true,
      hasReported: true,
      dailyLimit: sums.cost,
      monthlyLimit: null,
      organizations: [
        {
          id: text,
          name: text,
          providerKeyId: text,
          isConnected: true,
          importedAt: frame.now,
          importFailedAt: frame.now,
          importErrorCode: text,
          spendLimit,
        },
      ],
    },
    spend: {
      days,
      points: days.map(({ day }) => ({ ...group, day })),
      groups: [
        { ...group, before: { ...sums, cost: parseUsd('4') } },
        ...Array.from({ length: 49 }, (_, index) => ({ ...group, group: `${text}${index}`, before: null })),
      ],
      groupCount: 61,
      total: sumSpend(Array.from({ length: 61 }, () => sums)),
      before: { fromDay: '2026-10-19', toDay: '2026-11-01', total: sums },
    },
    activity: { projects: 3, models: 1, traffic: { book: 'reported', sums } },
    models: new Map([[text, 3]]),
    names: { project: text, key: null },
    limits: { daily: standing, monthly: { ...standing, over: 0n } },
  };
}

/** The same for what an overview says of money. */
export function testMoney(frame: FrameInput, text: string) {
  const { sources, spend } = figuresOf(frame, text);
  const balance: Balance = {
    balance: parseUsd('318.4'),
    isAtMost: true,
    reasons: ['unpriced-requests'],
    lastSync: null,
    since: null,
    today: 0n,
    todayUnpricedRequests: 1,
    estimatedFromDay: '2026-11-20',
    unpricedRequests: 1,
    costsReadAt: null,
    importedAt: frame.now,
    burnRate7: null,
    burnRate30: null,
    forecast: null,
    history: [],
    syncs: [],
  };
  return {
    sources,
    spend,
    spendBy: 'project' as const,
    today: '2026-11-21',
    dashboard: {
      today: { book: 'reported' as const, day: '2026-11-21', total: sums, isKnown: true },
      month: { book: 'billed' as const, ...spend },
      limits: { daily: standing, monthly: standing },
    },
    balances: [
      { organizationId: 'a', organization: text, balance },
      { organizationId: 'b', organization: text, balance: { ...balance, balance: null } },
    ],
  };
}

const refusedLimits = (text: string) => ({
  values: { dailyUsd: text, monthlyUsd: text },
  errors: { dailyUsd: text, monthlyUsd: text, form: text },
});
