import type { PicoUsd } from '#core/money.js';
import type { Difference, DifferencePart, PriceRatio, Reconciliation } from '#domain/reconciliation/reconciliation.js';
import type { MoneyView } from '../format/format-money.js';
import { formatPercent } from '../format/format-percent.js';
import { signedMoney } from '../format/signed-money.js';
import { unknownShare } from './difference-view.js';
import { links } from './links.js';
import { type ComparedBooks, reasonWords } from './reconciliation-words.js';

interface ReasonLine {
  amount: MoneyView;
  text: string;
  action: { href: string; text: string } | null;
  colour: string;
  isUnknown: boolean;
}

/** One of the two differences, with a sentence for each of its reasons. */
export interface DifferencePanel {
  id: string;
  title: string;
  question: string;
  /** False when a book is missing. */
  isKnown: boolean;
  amount: MoneyView;
  percent: string;
  lines: ReasonLine[];
  bar: { colour: string; x: string; width: string; title: string }[];
  verdict: { tone: 'ok' | 'warn' | 'muted'; icon: string; text: string };
}

const shownRatios = 5;

const titles: Record<ComparedBooks, { title: string; question: string; of: string; missing: string }> = {
  billedLessReported: {
    title: 'Billed less reported',
    question: 'Does OpenAI charge what the usage should cost?',
    of: 'of the bill',
    missing: 'There is no bill to compare with in this range, or no usage.',
  },
  reportedLessMeasured: {
    title: 'Reported less measured',
    question: 'Who uses the keys beside what Keyledger knows?',
    of: 'of what is reported',
    missing: 'Nothing was measured in this range, or nothing reported.',
  },
};

export function differencePanel(books: ComparedBooks, found: Reconciliation): DifferencePanel {
  const { total, priceRatios } = found;
  const difference = total[books];
  const words = titles[books];
  const base = { id: books === 'billedLessReported' ? 'billed-less' : 'reported-less', ...words };
  if (difference === null) {
    return {
      ...base,
      isKnown: false,
      amount: { text: '–', title: words.missing, known: false },
      percent: '',
      lines: [],
      bar: [],
      verdict: { tone: 'muted', icon: 'unknown', text: words.missing },
    };
  }
  const colours = coloursOf(difference.parts);
  return {
    ...base,
    isKnown: true,
    amount: signedMoney(difference.amount),
    percent: percentOf(difference, words.of),
    lines: difference.parts.flatMap((part) => linesOf(books, { part, priceRatios, colour: colours.get(part) ?? '' })),
    bar: barOf(books, difference.parts, colours),
    verdict: verdictOf(difference, { isOfDaysAlone: hasUnexplainedRow(books, found) }),
  };
}

function percentOf({ amount, percent }: Difference, of: string): string {
  if (percent === null || amount === 0n) return '';
  return `${formatPercent(Math.abs(percent) / 100)} ${of}`;
}

function coloursOf(parts: readonly DifferencePart[]): Map<DifferencePart, string> {
  const known = parts.filter(({ reason }) => reason !== 'unknown');
  return new Map(
    parts.map((part) => [part, part.reason === 'unknown' ? 'fill-warn' : `series-${known.indexOf(part) + 1}`]),
  );
}

function linesOf(
  books: ComparedBooks,
  { part, priceRatios, colour }: { part: DifferencePart; priceRatios: readonly PriceRatio[]; colour: string },
): ReasonLine[] {
  const { reason, amount } = part;
  const isUnknown = reason === 'unknown';
  const estimate = reason === 'tier-mix' ? { estimatedBecause: 'at most this much' } : {};
  const line: ReasonLine = {
    amount: signedMoney(amount, estimate),
    text: reasonWords[books][reason]?.long ?? reason,
    action: actionOf(books, reason),
    colour,
    isUnknown,
  };
  if (reason !== 'price-differs') return [line];
  const ratios = priceRatios.toSorted((a, b) => Number(sizeOf(b.amount) - sizeOf(a.amount))).slice(0, shownRatios);
  const [only] = ratios;
  if (only && priceRatios.length === 1) return [{ ...ratioLine(only), colour }];
  return [line, ...ratios.map(ratioLine)];
}

function sizeOf(amount: PicoUsd): PicoUsd {
  return amount < 0n ? -amount : amount;
}

function ratioLine({ model, ratio, days, amount }: PriceRatio): ReasonLine {
  return {
    amount: signedMoney(amount),
    text: `${model} is billed at ${(ratio * 100).toFixed(1)} % of our price on all ${days} final days: a negotiated price, or a wrong one here.`,
    action: { href: links.ownPrices(), text: 'Set your own price' },
    colour: '',
    isUnknown: false,
  };
}

function actionOf(books: ComparedBooks, reason: DifferencePart['reason']): ReasonLine['action'] {
  if (reason === 'unpriced' && books === 'billedLessReported') return { href: links.ownPrices(), text: 'Add a price' };
  if (reason === 'outside-traffic') return { href: links.apiDocs(), text: 'Report your calls' };
  return null;
}

function barOf(
  books: ComparedBooks,
  parts: readonly DifferencePart[],
  colours: ReadonlyMap<DifferencePart, string>,
): DifferencePanel['bar'] {
  const all = parts.reduce((sum, { amount }) => sum + sizeOf(amount), 0n);
  let from = 0;
  return parts.map((part) => {
    const width = Number((sizeOf(part.amount) * 10_000n) / all) / 100;
    const x = from;
    from += width;
    const name = reasonWords[books][part.reason]?.short ?? part.reason;
    return {
      colour: colours.get(part) ?? '',
      x: `${x.toFixed(2)}%`,
      width: `${width.toFixed(2)}%`,
      title: `${name}: ${signedMoney(part.amount).text}`,
    };
  });
}

/** Reasons of the total are those of its days: a row by project, key or model can have none where the day has one. */
function hasUnexplainedRow(books: ComparedBooks, { rows, rest }: Reconciliation): boolean {
  return [...rows, ...(rest ? [rest] : [])].some((row) => row[books]?.parts.some(isUnknown));
}

const isUnknown = ({ reason }: DifferencePart) => reason === 'unknown';

function verdictOf(
  { amount, parts }: Difference,
  { isOfDaysAlone }: { isOfDaysAlone: boolean },
): DifferencePanel['verdict'] {
  const unknown = parts.find(isUnknown);
  if (unknown) {
    const share = formatPercent(unknownShare(parts));
    return {
      tone: 'warn',
      icon: 'misconfigured',
      text: `${signedMoney(unknown.amount).text} unexplained, ${share} of what differs`,
    };
  }
  if (amount === 0n && parts.length === 0) return { tone: 'ok', icon: 'healthy', text: 'The two books agree' };
  const text = isOfDaysAlone ? 'Day by day, all of it has a reason; row by row, not all' : 'All of it has a reason';
  return { tone: 'ok', icon: 'healthy', text };
}
