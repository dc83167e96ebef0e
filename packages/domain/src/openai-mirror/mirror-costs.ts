import { Problem } from '#core/problem.js';
import type { OrganizationView } from '../organizations/organization.js';
import type { AnswerCache } from './answer-cache.js';
import type { AskOpenAiDeps } from './ask-openai.js';
import { assertToldApart } from './assert-told-apart.js';
import { chooseOrganizations } from './choose-organizations.js';
import { readCostCursor, writeCostCursor } from './cost-cursor.js';
import {
  type CostBucket,
  type CostSelection,
  type DayBucket,
  dayBuckets,
  endOfDay,
  fingerprintOf,
  secondsPerDay,
  type StoredCost,
} from './cost-question.js';
import { fetchCosts } from './fetch-costs.js';
import { addCosts } from './add-costs.js';
import { importedElseFetched, joinSources, type Mirrored } from './mirrored.js';
import { type QuestionBuckets, spendQuestion } from './question-budget.js';
import { readImportedCosts } from './read-imported-costs.js';

export interface MirrorDeps extends AskOpenAiDeps {
  answers: AnswerCache;
  buckets: QuestionBuckets;
}

/** As `GET /organization/costs` of OpenAI. Instants are Unix seconds. */
export interface CostQuestion extends CostSelection {
  start: number;
  /** Exclusive; null: up to now. */
  end: number | null;
  /** Buckets of one page. */
  limit: number;
  /** The `next_page` of the page before. */
  page: string | undefined;
  /** One organization, by its id here or at OpenAI; default all of the tenant, together. */
  organization: string | undefined;
}

export interface CostPage {
  buckets: CostBucket[];
  nextPage: string | null;
}

/**
 * What OpenAI bills, as OpenAI's own endpoint tells it: by UTC day, the first cut at `start`. The end is that of its UTC
 * day, and today's at the latest. Each organization is answered from what was imported where that covers the question, and
 * else by OpenAI, kept for an hour. A disconnected one is answered from what was imported of it.
 * @throws Problem `no-organization`, `not-found`, `invalid-request`, `openai-refused`, `openai-unavailable`; `unavailable`
 *   while it is not known that several organizations are several; `rate-limited` for more questions than may be asked
 */
export async function mirrorCosts(
  deps: MirrorDeps,
  tenantId: string,
  question: CostQuestion,
): Promise<Mirrored<CostPage>> {
  const { start, end, limit, page } = question;
  if (end !== null && end <= start) {
    const detail = 'must be after start_time';
    throw new Problem('invalid-request', { detail: `end_time: ${detail}`, fields: { end_time: detail } });
  }
  const from = page === undefined ? start : readCostCursor(page, question);
  const organizations = await chooseOrganizations(deps, tenantId, question.organization);
  assertToldApart(organizations);
  const today = endOfDay(Math.floor(deps.clock.now().getTime() / 1000));
  const until = end === null ? today : Math.min(today, endOfDay(end - 1));
  const all = dayBuckets({ start: from, end: Math.min(until, endOfDay(from) + limit * secondsPerDay) });
  const buckets = all.slice(0, limit);
  const range = { start: from, end: buckets.at(-1)?.end ?? from };
  // Of no day nothing may be asked at all: what then failed would fail with nobody waiting for it.
  const asked = buckets.length === 0 ? [] : organizations;
  const answers = await Promise.all(
    asked.map((organization) => costsOf(deps, tenantId, { organization, range, selection: question })),
  );
  return {
    ...joinSources(answers),
    value: {
      buckets: addCosts(
        buckets,
        answers.flatMap(({ value }) => value),
      ),
      nextPage: range.end < until ? writeCostCursor(range.end, question) : null,
    },
  };
}

async function costsOf(
  deps: MirrorDeps,
  tenantId: string,
  asked: { organization: OrganizationView; range: DayBucket; selection: CostSelection },
): Promise<Mirrored<StoredCost[]>> {
  const { organization, range, selection } = asked;
  return importedElseFetched(deps.answers, {
    organization,
    imported: await readImportedCosts(deps, tenantId, { organizationId: organization.id, range, selection }),
    key: `${tenantId}:${organization.id}:costs:${fingerprintOf(selection, range.start, range.end)}`,
    async fetch() {
      await spendQuestion(deps, tenantId);
      return fetchCosts(deps, tenantId, asked);
    },
  });
}
