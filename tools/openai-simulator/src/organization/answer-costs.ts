import { formatUsd } from '#core/money.js';
import { refuse, type Answer } from '../openai-error.js';
import { answerPage } from './answer-page.js';
import type { CostLine } from './cost-lines.js';
import { groupBy } from './group-by.js';
import type { OrganizationView } from './organization-view.js';
import type { ParameterRules, Query } from './read-query.js';
import { seededRandom } from './seeded-random.js';
import { sumCostLines } from './sum-cost-lines.js';

type CostDimension = keyof CostLine['dimensions'];

const dimensions: readonly CostDimension[] = ['project_id', 'user_id', 'line_item', 'api_key_id', 'api_source'];

const filters: Readonly<Record<string, CostDimension>> = {
  project_ids: 'project_id',
  api_key_ids: 'api_key_id',
  line_items: 'line_item',
};

const rules: ParameterRules = {
  start_time: { type: 'integer', isRequired: true },
  end_time: { type: 'integer' },
  bucket_width: { type: 'choice', of: ['1d'] },
  limit: { type: 'integer' },
  page: { type: 'text' },
  group_by: { type: 'list', of: dimensions },
  ...Object.fromEntries(Object.keys(filters).map((name) => [name, { type: 'list' }])),
};

/** `GET /organization/costs`: what is billed, by UTC day. */
export function answerCosts(view: OrganizationView, asked: { given: URLSearchParams; nowSeconds: number }): Answer {
  const costs = view.costsAt(asked.nowSeconds);
  return answerPage({
    ...asked,
    rules,
    limits: { '1d': { default: 7, max: 180 } },
    check: refuseUsersOfProjects,
    resultsOf: ({ start, end }, query) => {
      const isWanted = filterOf(query);
      const grouped = query.list('group_by');
      const groups = groupBy(costs.between(start, end).filter(isWanted), grouped, (line, name) => {
        return line.dimensions[name as CostDimension];
      });
      const nothing = Object.fromEntries(dimensions.map((dimension) => [dimension, null]));
      return groups.map(({ values, members }, place) => {
        const { picoUsd, quantity, unit } = sumCostLines(members);
        const isByLine = grouped.includes('line_item');
        return {
          object: 'organization.costs.result',
          amount: { value: writeAmount(picoUsd, seededRandom(start, place, 105)), currency: 'usd' },
          ...nothing,
          ...values,
          quantity: isByLine ? quantity : null,
          quantity_unit: isByLine ? unit : null,
        };
      });
    },
  });
}

/** One of the combinations that OpenAI answers only for some organizations. */
function refuseUsersOfProjects(query: Query): Answer | null {
  const grouped = query.list('group_by');
  const isRefused =
    grouped.includes('user_id') && (grouped.includes('project_id') || query.list('project_ids').length > 0);
  if (!isRefused) return null;
  const message = "Grouping by 'user_id' together with projects is not supported for this organization and time range.";
  return refuse(400, { message, param: 'group_by', code: 'unsupported_parameter_combination' });
}

function filterOf(query: Query): (line: CostLine) => boolean {
  const wanted = Object.entries(filters).flatMap(([name, dimension]) => {
    const values: readonly unknown[] = query.list(name);
    return values.length > 0 ? [{ dimension, values }] : [];
  });
  return ({ dimensions: has }) => wanted.every(({ dimension, values }) => values.includes(has[dimension]));
}

/**
 * Amounts come as the live API has been seen to write them: numbers, numeric strings, and strings with a tail of zeros.
 * From $1,000 on a double no longer tells one pico-USD from the next, so those are strings.
 */
function writeAmount(picoUsd: bigint, draw: number): number | string {
  const text = formatUsd(picoUsd);
  if (draw < 0.15) return `${text}${text.includes('.') ? '' : '.'}00000`;
  const isExactAsNumber = picoUsd < 1_000n * 1_000_000_000_000n;
  return draw < 0.4 || !isExactAsNumber ? text : Number(text);
}
