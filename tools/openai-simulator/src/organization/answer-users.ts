import type { Answer } from '../openai-error.js';
import { answerList } from './answer-list.js';
import type { OrganizationView } from './organization-view.js';

/** `GET /organization/users`, all or those with given addresses. */
export function answerUsers(view: OrganizationView, asked: { given: URLSearchParams }): Answer {
  return answerList({
    given: asked.given,
    rules: { emails: { type: 'list' } },
    limit: { default: 20, max: 100 },
    itemsOf: (query) => {
      const emails = query.list('emails');
      return view.organization.users.filter((user) => emails.length === 0 || emails.includes(user.email));
    },
    write: (user) => ({
      object: 'organization.user',
      id: user.id,
      name: user.name,
      email: user.email,
      role: user.role,
      added_at: user.addedSeconds,
    }),
  });
}
