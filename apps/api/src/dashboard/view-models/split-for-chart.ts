import type { Spend } from '#domain/spend/read-spend.js';
import { splitDays } from '#domain/spend/split-days.js';
import { shownSeries } from '../charts/series.js';
import type { SpendChartInput } from './spend-chart.js';

/** The days of as many groups as a chart tells apart, and what is left of each day. */
export function splitForChart(spend: Spend): Pick<SpendChartInput, 'points' | 'others'> {
  const { named, others } = splitDays(spend, shownSeries);
  return { points: named.flatMap(({ ofDay }) => [...ofDay.values()]), others };
}
