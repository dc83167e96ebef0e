import { describe, expect, test } from 'vitest';
import { lineChart } from './line-chart.js';
import { outcomeStrip } from './outcome-strip.js';
import { foldSeries, otherSeriesId, type SeriesPoint } from './series.js';
import { sparkline } from './sparkline.js';
import { stackedBars, type BarColumn } from './stacked-bars.js';
import { valueAxis } from './value-axis.js';

const point = (column: string, seriesId: string, amount: bigint): SeriesPoint => ({
  column,
  seriesId,
  seriesName: seriesId,
  amount,
});

describe('series', () => {
  const points = Array.from({ length: 9 }, (_, index) => point('a', `model-${index}`, BigInt(index + 1) * 10n ** 30n));

  test('at most six are drawn, largest first, and the rest adds up exactly in “other”', () => {
    const series = foldSeries(points);
    const ids = series.map(({ id }) => id);
    expect(ids.join(' ')).toBe(`model-8 model-7 model-6 model-5 model-4 model-3 ${otherSeriesId}`);
    expect(series.at(-1)?.total).toBe(6n * 10n ** 30n);
    expect(series.at(-1)?.name).toBe('3 others');
  });

  test('no two shown series share a colour', () => {
    const colours = foldSeries(points).map(({ colour }) => colour);
    expect(new Set(colours).size).toBe(colours.length);
  });

  test('a series keeps its colour when the amounts change', () => {
    const colourOf = (amounts: bigint[]) =>
      new Map(foldSeries(amounts.map((n, i) => point('a', `m${i}`, n))).map(({ id, colour }) => [id, colour]));
    expect(colourOf([1n, 2n, 3n])).toEqual(colourOf([3n, 2n, 1n]));
  });
});

describe('stacked bars', () => {
  const column = (id: string, amounts: Record<string, bigint> | null, isProvisional = false): BarColumn => ({
    id,
    label: id,
    axisLabel: id,
    amounts: amounts && new Map(Object.entries(amounts)),
    isProvisional,
  });
  const draw = (columns: BarColumn[]) =>
    stackedBars({
      id: 'c',
      title: 't',
      description: 'd',
      series: foldSeries([point('x', 'a', 2n), point('x', 'b', 1n)]),
      columns,
      unitsPerAxisUnit: 1,
      axisUnit: 'USD',
      formatAmount: String,
      provisionalNote: 'so far',
    });

  test('bars stand on the zero line, on each other, and never above the plot', () => {
    const chart = draw([column('1', { a: 30n, b: 10n }), column('2', { a: 7n })]);
    for (const { bars } of chart.columns) {
      let bottom = chart.plotBottom;
      for (const bar of bars) {
        expect(bar.y + bar.height).toBeCloseTo(bottom, 1);
        bottom = bar.y;
      }
      expect(bottom).toBeGreaterThanOrEqual(0);
    }
  });

  test('heights are in proportion to the amounts', () => {
    const [first, second] = draw([column('1', { a: 30n }), column('2', { a: 10n })]).columns;
    expect((first?.bars[0]?.height ?? 0) / (second?.bars[0]?.height ?? 1)).toBeCloseTo(3, 1);
  });

  test('a missing day is a gap and not a zero', () => {
    const chart = draw([column('1', null), column('2', {})]);
    expect(chart.columns.map(({ isGap, total }) => [isGap, total])).toEqual([
      [true, 'no data'],
      [false, '0'],
    ]);
    expect(chart.table.rows.map(({ label, note }) => [label, note])).toEqual([
      ['2', ''],
      ['1', 'no data'],
    ]);
  });

  test('the smallest amount can still be seen beside the largest', () => {
    const chart = draw([column('1', { a: 10n ** 15n }), column('2', { a: 1n })]);
    expect(chart.columns[1]?.bars[0]?.height).toBeGreaterThanOrEqual(0.5);
  });

  test('there are few ticks, from zero up, even when nothing was spent', () => {
    for (const columns of [[column('1', { a: 123n })], [column('1', {})], []]) {
      const { ticks, plotBottom } = draw(columns);
      expect(ticks.length).toBeLessThanOrEqual(6);
      expect(ticks[0]).toEqual({ y: plotBottom, text: expect.stringMatching(/^0/) });
    }
  });

  test('the newest column keeps its label on every screen', () => {
    const chart = draw(Array.from({ length: 30 }, (_, index) => column(String(index), {})));
    expect(chart.columns.at(-1)?.labelClass).toBe('tick');
  });
});

test.each([9_999, -9_500, 12_500, 1_234_567, 9_876_543_210, -1_234_567])(
  'numbers up to %s fit beside a chart',
  (amount) => {
    const { ticks } = valueAxis({
      lowest: Math.min(0, amount),
      highest: Math.max(0, amount),
      top: 0,
      bottom: 9,
      tickCount: 4,
    });
    for (const { text } of ticks) expect(text.length).toBeLessThanOrEqual(6);
  },
);

test('below zero, short numbers and whole ones have the same minus sign', () => {
  const textsOf = (lowest: number) =>
    valueAxis({ lowest, highest: 0, top: 0, bottom: 9, tickCount: 4 }).ticks.map(({ text }) => text);
  expect(textsOf(-800)).toContain('−600');
  expect(textsOf(-80_000)).toContain('−60k');
});

describe('sparkline', () => {
  test('breaks where a value is missing and dots a value without neighbours', () => {
    const { path, dots } = sparkline([1, 2, null, 3, null, 4, 5], 100, 20);
    expect(path.match(/M/g)?.length).toBe(3);
    expect(dots).toHaveLength(1);
  });

  test('draws nothing of nothing', () => {
    expect(sparkline([null, null], 100, 20)).toMatchObject({ path: '', dots: [], last: null });
    expect(sparkline([], 100, 20).path).toBe('');
  });

  test('stays inside its box, also when all values are zero', () => {
    for (const values of [[0, 0, 0], [5], [1, 1e9]]) {
      const { last } = sparkline(values, 100, 20);
      expect(last?.x).toBeLessThanOrEqual(100);
      expect(last?.y).toBeGreaterThanOrEqual(0);
      expect(last?.y).toBeLessThanOrEqual(20);
    }
  });
});

test('a latency line leaves a gap where nothing answered', () => {
  const points = [300, null, 200, 250].map((value, i) => ({ label: `${i}`, axisLabel: `${i}`, value, text: '' }));
  const chart = lineChart({ id: 'l', title: '', description: '', axisUnit: 'ms', points });
  expect(chart.path.match(/M/g)?.length).toBe(2);
  expect(chart.columns.map(({ hasValue }) => hasValue)).toEqual([true, false, true, true]);
});

describe('outcome strip', () => {
  const hour = (runs: number, ok: number, failedByOutcome = {}) => ({
    startsAt: new Date(0),
    runs,
    ok,
    failedByOutcome,
    avgLatencyMs: null,
  });
  const draw = (hours: ReturnType<typeof hour>[]) => outcomeStrip(hours, { height: 40, formatHour: () => '09:00' });

  test('one failure among thousands can still be seen', () => {
    const [cell] = draw([hour(10_000, 9_999, { timeout: 1 })]).cells;
    expect(cell?.parts).toEqual([
      { y: 0, height: 2, tone: 'muted' },
      { y: 2, height: 38, tone: 'ok' },
    ]);
  });

  test('an hour without a probe is empty, not ok', () => {
    expect(draw([hour(0, 0)]).cells[0]).toMatchObject({ isEmpty: true, parts: [], title: '09:00: not tested' });
  });

  test('an hour in which everything failed shows nothing of ok, and says what failed', () => {
    const [cell] = draw([hour(12, 0, { 'quota-exhausted': 7, timeout: 5 })]).cells;
    expect(cell?.parts.map(({ tone }) => tone)).toEqual(['bad', 'muted']);
    expect(cell?.title).toBe('09:00: 0 of 12 ok, 7 out of credit, 5 no answer');
  });
});
