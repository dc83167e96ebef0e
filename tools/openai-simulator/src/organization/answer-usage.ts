import type { Answer } from '../openai-error.js';
import { answerPage, type PageLimits } from './answer-page.js';
import { groupBy } from './group-by.js';
import type { OrganizationView } from './organization-view.js';
import { sumSlices } from './sum-slices.js';
import type { Query } from './read-query.js';
import { usageEndpoints } from './usage-endpoints.js';
import type { Dimension, UsageKind, UsageSlice } from './usage-leaf.js';

const limits: PageLimits = {
  '1d': { default: 7, max: 31 },
  '1h': { default: 24, max: 168 },
  '1m': { default: 60, max: 1440 },
};

/** `GET /organization/usage/{kind}`. Fields that were not grouped by are null, as are those that a use has none of. */
export function answerUsage(
  view: OrganizationView,
  asked: { kind: UsageKind; given: URLSearchParams; nowSeconds: number },
): Answer {
  const { kind, given, nowSeconds } = asked;
  const endpoint = usageEndpoints[kind];
  const usage = view.usageAt(nowSeconds);
  return answerPage({
    given,
    nowSeconds,
    rules: endpoint.rules,
    limits,
    resultsOf: ({ start, end }, query) => {
      const isWanted = filterOf(endpoint.filters, query);
      const slices = usage.between(start, end, kind).filter(isWanted);
      const nothing = Object.fromEntries(endpoint.groupBy.map((dimension) => [dimension, null]));
      // One object per result, not five: a page of them is most of what an answer takes.
      return groupBy(slices, query.list('group_by'), dimensionOf).map(({ values, members }) =>
        Object.assign(
          { object: endpoint.object },
          endpoint.figures({ ...sumSlices(members), day: Math.floor(start / 86_400) }),
          nothing,
          values,
        ),
      );
    },
  });
}

function dimensionOf({ leaf }: UsageSlice, dimension: string): unknown {
  return leaf.dimensions[dimension as Dimension] ?? null;
}

function filterOf(filters: Readonly<Record<string, Dimension>>, query: Query): (slice: UsageSlice) => boolean {
  const wanted = Object.entries(filters).flatMap(([name, dimension]) => {
    const values: readonly unknown[] = name === 'batch' ? [query.boolean(name)] : query.list(name);
    return values.length > 0 && values[0] !== undefined ? [{ dimension, values }] : [];
  });
  return ({ leaf }) => wanted.every(({ dimension, values }) => values.includes(leaf.dimensions[dimension]));
}
