import { formatUsd, formatUsdOrNull } from '#core/money.js';
import { readCosts, type ReportedCost } from '#openai/organization/read-costs.js';
import { parseAmount } from '#openai/organization/parse-amount.js';
import type { OrganizationView } from '../organizations/organization.js';
import { askOpenAi, type AskOpenAiDeps } from './ask-openai.js';
import type { CostSelection, DayBucket, StoredCost } from './cost-question.js';

/** A range is one page of ours, so at most this many days. */
const bucketsPerPage = 180;
const maxPages = 10;

/** What OpenAI bills an organization, asked now. Errors as `askOpenAi`. */
export function fetchCosts(
  deps: AskOpenAiDeps,
  tenantId: string,
  asked: { organization: OrganizationView; range: DayBucket; selection: CostSelection },
): Promise<StoredCost[]> {
  const { organization, range } = asked;
  const { groupBy, projectIds, apiKeyIds, lineItems } = asked.selection;
  return askOpenAi(deps, tenantId, organization, async (readDeps, connection) => {
    const fetched: StoredCost[] = [];
    const pages = readCosts(readDeps, {
      ...connection,
      groupBy,
      projectIds,
      apiKeyIds,
      lineItems,
      startAt: new Date(range.start * 1000),
      endAt: new Date(range.end * 1000),
      bucketsPerPage,
      maxPages,
    });
    for await (const buckets of pages) {
      for (const { startAt, costs } of buckets) {
        fetched.push(...costs.map((cost) => toStored(startAt.getTime() / 1000, cost)));
      }
    }
    return fetched;
  });
}

function toStored(at: number, cost: ReportedCost): StoredCost {
  const quantity = parseAmount(cost.quantity);
  return {
    at,
    project_id: cost.projectId,
    line_item: cost.lineItem,
    api_key_id: cost.apiKeyId,
    user_id: cost.userId,
    api_source: cost.apiSource,
    costUsd: formatUsd(cost.amountPicoUsd),
    quantity: formatUsdOrNull(quantity),
    quantityUnit: cost.quantityUnit,
  };
}
