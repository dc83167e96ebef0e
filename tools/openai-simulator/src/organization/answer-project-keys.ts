import type { Answer } from '../openai-error.js';
import { maskSecret } from '../simulated-key.js';
import { answerList } from './answer-list.js';
import type { OrganizationKey } from './organization.js';
import type { OrganizationView } from './organization-view.js';

const secondsPerDay = 86_400;

/**
 * `GET /organization/projects/{id}/api_keys`. Deleted keys are gone from it, though usage names them for ever; without
 * `owner_project_access` it leaves out the keys of owners who lost access, living though they are.
 */
export function answerProjectKeys(
  view: OrganizationView,
  asked: { given: URLSearchParams; nowSeconds: number; projectId: string },
): Answer {
  const { nowSeconds, projectId } = asked;
  const today = Math.floor(nowSeconds / secondsPerDay);
  return answerList({
    given: asked.given,
    rules: { owner_project_access: { type: 'choice', of: ['active', 'inactive', 'any'] } },
    limit: { default: 20, max: 100 },
    itemsOf: (query) => {
      const access = query.text('owner_project_access') ?? 'active';
      return view.organization.keys.filter(
        (key) =>
          key.project.id === projectId &&
          isListed(key, today) &&
          (access === 'any' || key.isOwnerActive === (access === 'active')),
      );
    },
    write: (key) => ({
      object: 'organization.project.api_key',
      id: key.id,
      name: key.name,
      redacted_value: maskSecret(key.secret),
      created_at: key.createdDay * secondsPerDay,
      last_used_at: lastUsedSeconds(key, nowSeconds),
      expires_at: key.expiresDay === null ? null : key.expiresDay * secondsPerDay,
      owner_project_access: key.isOwnerActive ? 'active' : 'inactive',
      owner: writeOwner(key),
    }),
  });
}

function isListed(key: OrganizationKey, today: number): boolean {
  const { archivedDay } = key.project;
  const isArchived = archivedDay !== null && archivedDay <= today;
  return key.createdDay <= today && !isArchived && (key.deletedDay === null || key.deletedDay > today);
}

function lastUsedSeconds(key: OrganizationKey, nowSeconds: number): number | null {
  if (key.idleDay === key.createdDay) return null;
  return Math.min(nowSeconds - 60, key.idleDay * secondsPerDay - 1);
}

function writeOwner(key: OrganizationKey): object {
  const { type, id, name, email } = key.owner;
  const common = { id, name, created_at: key.createdDay * secondsPerDay, role: 'member' };
  return type === 'user' ? { type, user: { ...common, email } } : { type, service_account: common };
}
