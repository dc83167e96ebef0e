import { refuse, type Answer } from '../openai-error.js';
import type { Route, RouteRequest } from '../routes.js';
import { answerCosts } from './answer-costs.js';
import { answerProjectKeys } from './answer-project-keys.js';
import { answerProjects } from './answer-projects.js';
import { answerRateLimits } from './answer-rate-limits.js';
import { answerSpendAlerts, answerSpendLimit } from './answer-spend.js';
import { answerUsage } from './answer-usage.js';
import { answerUsers } from './answer-users.js';
import type { OrganizationProject } from './organization.js';
import { usageKinds } from './usage-leaf.js';

type ProjectHandler = (request: RouteRequest, project: OrganizationProject) => Answer;

function read(path: string, scope: string, handle: (request: RouteRequest) => Answer): Route {
  return { method: 'GET', path, access: 'admin', scope, isInference: false, handle };
}

function ofProject(path: string, handle: ProjectHandler): Route {
  return read(`/organization/projects/{id}${path}`, 'api.management.read', (request) => {
    const project = request.view.organization.projects.find(({ id }) => id === request.id);
    if (project) return handle(request, project);
    return refuse(404, { message: `No such project: ${request.id}.`, code: 'not_found' });
  });
}

/** What an admin key reads. */
export const organizationRoutes: readonly Route[] = [
  ...usageKinds.map((kind) =>
    read(`/organization/usage/${kind}`, 'api.usage.read', ({ view, query, nowSeconds }) =>
      answerUsage(view, { kind, given: query, nowSeconds }),
    ),
  ),
  read('/organization/costs', 'api.usage.read', ({ view, query, nowSeconds }) =>
    answerCosts(view, { given: query, nowSeconds }),
  ),
  read('/organization/projects', 'api.management.read', ({ view, query, nowSeconds }) =>
    answerProjects(view, { given: query, nowSeconds }),
  ),
  read('/organization/users', 'api.management.read', ({ view, query }) => answerUsers(view, { given: query })),
  read('/organization/spend_limit', 'api.management.read', ({ query }) =>
    answerSpendLimit({ given: query, project: null }),
  ),
  read('/organization/spend_alerts', 'api.management.read', ({ query }) =>
    answerSpendAlerts({ given: query, project: null }),
  ),
  ofProject('/api_keys', ({ view, query, nowSeconds }, { id }) =>
    answerProjectKeys(view, { given: query, nowSeconds, projectId: id }),
  ),
  ofProject('/rate_limits', ({ query }) => answerRateLimits({ given: query })),
  ofProject('/spend_limit', ({ query }, project) => answerSpendLimit({ given: query, project })),
  ofProject('/spend_alerts', ({ query }, project) => answerSpendAlerts({ given: query, project })),
];
