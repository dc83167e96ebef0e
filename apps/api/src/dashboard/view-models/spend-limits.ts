import { formatUsd, type PicoUsd } from '#core/money.js';
import { parseUsd } from '#core/money.js';
import type { LimitStanding, SpendDashboard } from '#domain/spend/read-spend-dashboard.js';
import type { SpendSources } from '#domain/spend/read-spend-sources.js';
import { formatMoney, type MoneyView } from '../format/format-money.js';
import { bookWords } from './book-words.js';
import type { Tone } from './outcome-advice.js';

export interface SpendLimitsView {
  /** Against the tenant's own limits; empty when there are none. */
  standings: {
    name: string;
    spent: MoneyView;
    limit: MoneyView;
    book: string;
    left: string;
    tone: Tone;
    width: string;
  }[];
  /** As set at OpenAI. */
  atOpenAi: { organization: string; limit: MoneyView; interval: string; effect: string }[];
  /** To be edited; open when it was sent and is wrong. */
  form: { isOpen: boolean; values: LimitValues; errors: RefusedLimits['errors'] };
}

interface LimitValues {
  dailyUsd: string;
  monthlyUsd: string;
}

/** What was typed, and sentences by field; `form` for what no field shows. */
export interface RefusedLimits {
  values: LimitValues;
  errors: Partial<Record<keyof LimitValues | 'form', string>>;
}

interface SpendLimitsInput {
  sources: SpendSources;
  limits: SpendDashboard['limits'] | null;
  refused: RefusedLimits | null;
}

export function spendLimitsView({ sources, limits, refused }: SpendLimitsInput): SpendLimitsView {
  const values = { dailyUsd: usdOf(sources.dailyLimit), monthlyUsd: usdOf(sources.monthlyLimit) };
  return {
    standings: limits ? [...standingOf('Today', limits.daily), ...standingOf('This month', limits.monthly)] : [],
    atOpenAi: sources.organizations.flatMap(({ name, spendLimit }) =>
      spendLimit === null
        ? []
        : {
            organization: name,
            limit: formatMoney(parseUsd(spendLimit.usd)),
            interval: spendLimit.interval,
            effect: spendLimit.isEnforcing ? 'OpenAI refuses requests beyond it' : 'not enforced at present',
          },
    ),
    form: { isOpen: refused !== null, values, errors: {}, ...refused },
  };
}

const usdOf = (limit: PicoUsd | null) => (limit === null ? '' : formatUsd(limit));

const warnFrom = 0.8;

function standingOf(name: string, { book, spent, limit, remaining, over }: LimitStanding) {
  if (limit === null) return [];
  const head = {
    name,
    spent: formatMoney(spent, {
      unknownBecause: 'Nothing of it is known yet, or none of it has a price',
      ...(book === 'reported' && { estimatedBecause: 'usage that OpenAI reports, at our prices' }),
    }),
    limit: formatMoney(limit),
    book: bookWords[book].label.toLowerCase(),
  };
  if (spent === null || remaining === null || over === null) {
    return [{ ...head, left: 'not known yet', tone: 'muted' as const, width: '0.0%' }];
  }
  const ratio = Number(spent) / Number(limit);
  const tone: Tone = over > 0n ? 'bad' : ratio >= warnFrom ? 'warn' : 'ok';
  return [
    {
      ...head,
      left: over > 0n ? `over by ${formatMoney(over).text}` : `${formatMoney(remaining).text} left`,
      tone,
      width: `${Math.max(0, Math.min(100, ratio * 100)).toFixed(1)}%`,
    },
  ];
}
