import type { Difference, DifferencePart } from '#domain/reconciliation/reconciliation.js';
import { formatMoney, type MoneyView } from '../format/format-money.js';
import { formatPercent } from '../format/format-percent.js';
import { signedMoney } from '../format/signed-money.js';
import { type ComparedBooks, reasonWords } from './reconciliation-words.js';

export interface DifferenceView {
  amount: MoneyView;
  /** With its sign, but for `> 99.9 %`, beside an amount that has one; empty where there is none to take. */
  percent: string;
  chips: { text: string; title: string; isUnknown: boolean }[];
}

const notCompared = 'There is nothing to compare: one of the books has no figures in this range';

export function differenceView(books: ComparedBooks, difference: Difference | null): DifferenceView {
  if (difference === null) {
    return { amount: formatMoney(null, { unknownBecause: notCompared }), percent: '', chips: [] };
  }
  return {
    amount: signedMoney(difference.amount),
    percent: difference.amount === 0n ? '' : percentText(difference.percent),
    chips: difference.parts.map(({ reason, amount }) => ({
      text: reasonWords[books][reason]?.short ?? reason,
      title: `${signedMoney(amount).text} ${reasonWords[books][reason]?.long ?? ''}`,
      isUnknown: reason === 'unknown',
    })),
  };
}

function percentText(percent: number | null): string {
  if (percent === null) return '';
  const size = formatPercent(Math.abs(percent) / 100);
  if (!/^\d/.test(size)) return size;
  return `${percent < 0 ? '−' : '+'}${size}`;
}

/** The share of a difference that no reason was found for: of the parts' sizes, as they may cancel each other out. */
export function unknownShare(parts: readonly DifferencePart[]): number {
  const size = (some: readonly DifferencePart[]) =>
    some.reduce((sum, { amount }) => sum + (amount < 0n ? -amount : amount), 0n);
  const all = size(parts);
  return all === 0n ? 0 : Number((size(parts.filter(({ reason }) => reason === 'unknown')) * 10_000n) / all) / 10_000;
}
