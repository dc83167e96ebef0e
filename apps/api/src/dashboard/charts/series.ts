import { rollups, sum } from 'd3-array';
import { otherColour, seriesColours } from './series-colours.js';

/** One amount of one series in one column. Amounts are whole (pico-USD, tokens, probes), so sums are exact. */
export interface SeriesPoint {
  column: string;
  seriesId: string;
  seriesName: string;
  amount: bigint;
}

export interface Series {
  id: string;
  name: string;
  total: bigint;
  /** The class of its colour. */
  colour: string;
}

export const shownSeries = seriesColours.length;
export const otherSeriesId = '(other)';

/**
 * The series to draw, largest first: at most six, and the rest folded into “other”.
 * A series keeps the same colour on every page as long as no other shown one wants it.
 */
export function foldSeries(points: readonly SeriesPoint[]): Series[] {
  const totals = rollups(
    points,
    (ofSeries) => ({ name: ofSeries[0]?.seriesName ?? '', total: ofSeries.reduce((all, p) => all + p.amount, 0n) }),
    (point) => point.seriesId,
  ).sort(([idA, a], [idB, b]) => (a.total === b.total ? (idA < idB ? -1 : 1) : a.total < b.total ? 1 : -1));
  const shown = totals.slice(0, shownSeries);
  const colours = assignColours(shown.map(([id]) => id));
  const series = shown.map(([id, { name, total }]) => ({ id, name, total, colour: colours.get(id) ?? otherColour }));
  const rest = totals.slice(shownSeries);
  if (rest.length === 0) return series;
  const total = rest.reduce((all, [, { total }]) => all + total, 0n);
  return [...series, { id: otherSeriesId, name: `${rest.length} others`, total, colour: otherColour }];
}

function assignColours(ids: readonly string[]): Map<string, string> {
  const taken = new Set<number>();
  const colours = new Map<string, string>();
  for (const id of [...ids].sort()) {
    let slot = preferredSlot(id);
    while (taken.has(slot)) slot = (slot + 1) % shownSeries;
    taken.add(slot);
    colours.set(id, seriesColours[slot] ?? otherColour);
  }
  return colours;
}

function preferredSlot(id: string): number {
  return sum(id, (character) => character.charCodeAt(0)) % shownSeries;
}
