import { knownCost } from '#domain/spend/spend-sums.js';
import { formatMoney, type MoneyView } from '../format/format-money.js';
import { formatCount, formatTokens, type CountView } from '../format/format-tokens.js';
import { bookWords } from './book-words.js';
import { changeView, type ChangeView } from './change-view.js';
import type { SpendFigures } from './spend-figures.js';
import { estimateOf } from './spend-table.js';

export interface SpendCards {
  book: string;
  cost: MoneyView;
  /** Of one day alone, which has no chart to show it in: that it may still change, and why. Else null. */
  provisional: { text: string; title: string } | null;
  change: ChangeView | null;
  periodBefore: string;
  /** Why there is nothing to compare with; else empty. */
  noChange: string;
  average: string;
  requests: CountView;
  tokens: CountView;
  tokensNote: string;
  /** The book that requests and tokens come from where it is another than that of the cost; else empty. */
  trafficBook: string;
  active: { name: string; count: string; note: string };
}

/** The figures at the top. What the book cannot know comes from another that is named, or is a dash. */
export function spendCards(figures: SpendFigures, periodBefore: string): SpendCards {
  const { book, spend, activity, sources } = figures;
  const known = spend.days.filter(({ isKnown }) => isKnown).length;
  // Of days of which nothing is known nothing is counted either, unless another book has some.
  const isCounted = known > 0 || (activity.traffic?.sums.requests ?? 0) > 0;
  const traffic = isCounted ? activity.traffic : null;
  const cost = known === 0 ? null : knownCost(spend.total);
  const models = `${formatCount(activity.models)} ${activity.models === 1 ? 'model' : 'models'}`;
  const notCounted = {
    text: '–',
    title: isCounted ? 'A bill counts no requests, and no usage is imported' : nothingYet,
  };
  const countOf = (count: number) => (isCounted ? formatCount(count) : '–');
  return {
    book: bookWords[book].label.toLowerCase(),
    cost: formatMoney(cost, {
      unknownBecause: known === 0 ? nothingYet : 'Nothing of it has a price',
      ...estimateOf(spend.total),
    }),
    provisional: provisionalOf(figures),
    change: changeView(cost, spend.before && knownCost(spend.before.total), { periodBefore }),
    periodBefore,
    noChange: spend.before === null ? 'nothing before to compare with' : '',
    average: cost === null || known < 2 ? '' : `${formatMoney(cost / BigInt(known)).text} a day`,
    requests: traffic
      ? { text: countShort(traffic.sums.requests), title: formatCount(traffic.sums.requests) }
      : notCounted,
    tokens: traffic ? formatTokens(traffic.sums.inputTokens + traffic.sums.outputTokens) : notCounted,
    tokensNote: traffic
      ? `${formatTokens(traffic.sums.inputTokens).text} in, ${formatTokens(traffic.sums.outputTokens).text} out`
      : isCounted
        ? 'unknown to bills'
        : '',
    trafficBook: traffic && traffic.book !== book ? traffic.book : '',
    active:
      sources.organizations.length > 0
        ? {
            name: 'Active projects',
            // Which are this book's own, whatever another knows of requests.
            count: known === 0 ? '–' : countOf(activity.projects),
            note: isCounted ? models : '',
          }
        : { name: 'Active models', count: countOf(activity.models), note: 'used in these days' },
  };
}

function provisionalOf({ book, spend: { days } }: SpendFigures): SpendCards['provisional'] {
  const [day] = days;
  return days.length === 1 && day?.isKnown && day.isProvisional ? provisionalWords[book] : null;
}

const provisionalWords = {
  billed: { text: 'not final', title: 'The bill may still change, or was not read to the end yet' },
  reported: { text: 'not final', title: 'OpenAI may still report more of this day' },
  measured: { text: 'today so far', title: 'The day is not over' },
};

const nothingYet = 'This book has none of these days yet';
const countShort = (count: number) => (count < 1_000_000 ? formatCount(count) : formatTokens(count).text);
