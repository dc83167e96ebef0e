import { groupBy } from './group-by.js';
import type { CostLine } from './cost-lines.js';
import type { OrganizationView } from './organization-view.js';
import { sumCostLines } from './sum-cost-lines.js';
import { sumSlices } from './sum-slices.js';
import { tokenParts, usageKinds, type Dimension, type UsageKind, type UsageSlice } from './usage-leaf.js';

export interface TrueTotals {
  /** Per kind, one entry per group, or one of everything; none where nothing was used. */
  usage: Record<UsageKind, { group: Record<string, unknown>; requests: number; counts: Record<string, number> }[]>;
  costs: { group: Record<string, unknown>; picoUsd: bigint; quantity: number; unit: string | null }[];
}

/** The name of what each kind counts; completions count `tokenParts`. */
const countNames: Readonly<Record<Exclude<UsageKind, 'completions'>, string>> = {
  embeddings: 'inputTokens',
  moderations: 'inputTokens',
  images: 'images',
  audio_speeches: 'characters',
  audio_transcriptions: 'seconds',
  vector_stores: 'bytes',
  code_interpreter_sessions: 'sessions',
  file_search_calls: 'calls',
  web_search_calls: 'calls',
};

/**
 * What an organization truly used and is billed between two instants, as far as it is reported by now, added up without
 * buckets, pages or the form of any answer. Dimensions that a kind does not have are not grouped by there.
 * A vector store's bytes are a level: summed over projects, and stated for the last day of the range.
 */
export function trueTotals(
  view: OrganizationView,
  asked: { from: Date; to: Date; groupBy?: readonly string[]; nowSeconds: number },
): TrueTotals {
  const { from, to, groupBy: wanted = [], nowSeconds } = asked;
  const [fromSecond, toSecond] = [from.getTime() / 1000, to.getTime() / 1000];
  const usage = usageKinds.map((kind) => {
    const ofKind = lastLevels(view.usageAt(nowSeconds).between(fromSecond, toSecond, kind));
    const known = wanted.filter((name) => ofKind.some(({ leaf }) => name in leaf.dimensions));
    const groups = groupBy(ofKind, known, ({ leaf }, name) => leaf.dimensions[name as Dimension]);
    return [kind, groups.map(({ values, members }) => ({ group: values, ...nameCounts(kind, sumSlices(members)) }))];
  });
  const lines = view.costsAt(nowSeconds).between(fromSecond, toSecond);
  const known = wanted.filter((name) => lines.some((line) => name in line.dimensions));
  const groups = groupBy(lines, known, (line, name) => line.dimensions[name as keyof CostLine['dimensions']]);
  return {
    usage: Object.fromEntries(usage) as TrueTotals['usage'],
    costs: groups.map(({ values, members }) => ({ group: values, ...sumCostLines(members) })),
  };
}

/** Of levels only those of the last day; flows as they are. */
function lastLevels(slices: readonly UsageSlice[]): readonly UsageSlice[] {
  const lastDay = slices.reduce((latest, { leaf }) => Math.max(latest, leaf.day), 0);
  return slices.filter(({ leaf }) => leaf.kind !== 'vector_stores' || leaf.day === lastDay);
}

function nameCounts(kind: UsageKind, sum: { requests: number; counts: readonly number[] }) {
  const names: readonly string[] = kind === 'completions' ? tokenParts : [countNames[kind]];
  return {
    requests: sum.requests,
    counts: Object.fromEntries(names.map((name, index) => [name, sum.counts[index] ?? 0])),
  };
}
