import type { z } from 'zod';
import { formatUsd } from '#core/money.js';
import { accessTo } from '#domain/access-tokens/access-table.js';
import { freshForMs } from '#domain/openai-mirror/answer-cache.js';
import type { CostBucket } from '#domain/openai-mirror/cost-question.js';
import { mirrorCosts, type CostPage } from '#domain/openai-mirror/mirror-costs.js';
import { mirrorProjects, type MirroredProject } from '#domain/openai-mirror/mirror-projects.js';
import type { Mirrored } from '#domain/openai-mirror/mirrored.js';
import type { AppDeps } from '../app-deps.js';
import { defineRoute, type Route } from '../http/define-route.js';
import { ExactNumber } from '../http/exact-number.js';
import { HeadedReply } from '../http/reply.js';
import { costsJson, costsQuery, projectsJson, projectsQuery } from './mirror-schemas.js';
import { anyBody, nothing } from './schemas.js';

/** Below the base URL that OpenAI's clients are given, and without the word that people leave out. */
const prefixes = ['', '/organization'] as const;

const mirroring = {
  method: 'get',
  tag: 'OpenAI’s own shapes',
  description:
    'Read by OpenAI’s own clients as well. Answered from what was imported where that covers the question, else by ' +
    'OpenAI, kept for an hour. `X-Cache` says which (`IMPORTED`, `HIT`, `MISS`), `Age` how old it is in seconds.',
  speaksOpenAi: true,
  params: nothing,
  body: anyBody,
} as const;

export function mirrorRoutes(deps: AppDeps): Route[] {
  return prefixes.flatMap((prefix) => [costsRoute(deps, `${prefix}/costs`), projectsRoute(deps, `${prefix}/projects`)]);
}

function costsRoute(deps: AppDeps, path: `/${string}`): Route {
  return defineRoute({
    ...mirroring,
    path,
    access: accessTo.usage.read,
    summary: 'What OpenAI bills, per UTC day, as OpenAI itself answers it',
    query: costsQuery,
    response: costsJson,
    async handle({ query, caller }) {
      const mirrored = await mirrorCosts(deps, caller.tenant.id, {
        start: query.start_time,
        end: query.end_time ?? null,
        groupBy: query.group_by,
        projectIds: query.project_ids,
        apiKeyIds: query.api_key_ids,
        lineItems: query.line_items,
        limit: query.limit,
        page: query.page,
        organization: query.organization,
      });
      return reply(deps, mirrored, presentCosts(mirrored.value));
    },
  });
}

function projectsRoute(deps: AppDeps, path: `/${string}`): Route {
  return defineRoute({
    ...mirroring,
    path,
    access: accessTo.projects.read,
    summary: 'Projects at OpenAI, as OpenAI itself lists them',
    query: projectsQuery,
    response: projectsJson,
    async handle({ query, caller }) {
      const mirrored = await mirrorProjects(deps, caller.tenant.id, {
        includeArchived: query.include_archived === 'true',
        limit: query.limit,
        after: query.after,
        organization: query.organization,
      });
      return reply(deps, mirrored, presentProjects(mirrored.value));
    },
  });
}

function reply<Value>({ counters }: AppDeps, { from, ageMs }: Mirrored<unknown>, value: Value): HeadedReply<Value> {
  counters.mirror[from] += 1;
  return new HeadedReply(value, {
    'Cache-Control': `private, max-age=${freshForMs / 1000}`,
    Age: String(Math.floor(ageMs / 1000)),
    'X-Cache': from.toUpperCase(),
  });
}

function presentCosts({ buckets, nextPage }: CostPage): z.input<typeof costsJson> {
  return { object: 'page', data: buckets.map(presentBucket), has_more: nextPage !== null, next_page: nextPage };
}

function presentBucket({ start, end, results }: CostBucket): z.input<typeof costsJson>['data'][number] {
  return {
    object: 'bucket',
    start_time: start,
    end_time: end,
    results: results.map(({ cost, quantity, quantityUnit, ...group }) => ({
      object: 'organization.costs.result',
      amount: { value: new ExactNumber(formatUsd(cost)), currency: 'usd' },
      ...group,
      quantity: quantity === null ? null : new ExactNumber(formatUsd(quantity)),
      quantity_unit: quantityUnit,
    })),
  };
}

function presentProjects({
  projects,
  hasMore,
}: {
  projects: readonly MirroredProject[];
  hasMore: boolean;
}): z.input<typeof projectsJson> {
  return {
    object: 'list',
    data: projects.map(({ id, name, isArchived, createdAt, archivedAt, residency }) => ({
      id,
      object: 'organization.project',
      name,
      created_at: createdAt,
      archived_at: archivedAt,
      status: isArchived ? 'archived' : 'active',
      ...(residency !== null && { residency }),
    })),
    first_id: projects[0]?.id ?? null,
    last_id: projects.at(-1)?.id ?? null,
    has_more: hasMore,
  };
}
