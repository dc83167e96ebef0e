import type { Answer } from '../openai-error.js';
import { answerList } from './answer-list.js';
import type { OrganizationProject } from './organization.js';
import type { OrganizationView } from './organization-view.js';

const secondsPerDay = 86_400;

/** `GET /organization/projects`: archived ones only when asked for. */
export function answerProjects(view: OrganizationView, asked: { given: URLSearchParams; nowSeconds: number }): Answer {
  const today = Math.floor(asked.nowSeconds / secondsPerDay);
  const isArchived = (project: OrganizationProject) => project.archivedDay !== null && project.archivedDay <= today;
  return answerList({
    given: asked.given,
    rules: { include_archived: { type: 'boolean' } },
    limit: { default: 20, max: 100 },
    itemsOf: (query) =>
      view.organization.projects.filter(
        (project) => query.boolean('include_archived') === true || !isArchived(project),
      ),
    write: (project) => ({
      object: 'organization.project',
      id: project.id,
      name: project.plan.name,
      created_at: project.createdDay * secondsPerDay,
      archived_at: isArchived(project) ? (project.archivedDay ?? 0) * secondsPerDay : null,
      status: isArchived(project) ? 'archived' : 'active',
      residency: project.plan.residency ?? 'GLOBAL',
    }),
  });
}
