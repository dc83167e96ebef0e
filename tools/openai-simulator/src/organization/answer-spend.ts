import { refuse, type Answer } from '../openai-error.js';
import { answerList } from './answer-list.js';
import type { OrganizationProject } from './organization.js';

const common = { currency: 'USD', interval: 'month' };

/** `GET …/spend_limit` of the organization, or of a project: only every third project has one. Amounts are in cents. */
export function answerSpendLimit(asked: { given: URLSearchParams; project: OrganizationProject | null }): Answer {
  const { project } = asked;
  if (project && project.plan.name.length % 3 !== 0) {
    return refuse(404, { message: 'No spend limit is configured.', code: 'not_found' });
  }
  const object = project ? 'project.spend_limit' : 'organization.spend_limit';
  const threshold = project ? 250_000 : 2_000_000;
  return {
    status: 200,
    body: { object, threshold_amount: threshold, ...common, enforcement: { status: 'enforcing' } },
  };
}

/** `GET …/spend_alerts` of the organization, or of a project. Amounts are in cents. */
export function answerSpendAlerts(asked: { given: URLSearchParams; project: OrganizationProject | null }): Answer {
  const { project } = asked;
  const thresholds = project ? [100_000] : [500_000, 1_000_000, 1_500_000];
  const object = project ? 'project.spend_alert' : 'organization.spend_alert';
  return answerList({
    given: asked.given,
    rules: { before: { type: 'text' }, order: { type: 'choice', of: ['asc', 'desc'] } },
    limit: { default: 20, max: 100 },
    itemsOf: () =>
      thresholds.map((threshold) => ({ id: `alert_${project?.id.slice(5) ?? 'organization'}${threshold}`, threshold })),
    write: ({ id, threshold }) => ({
      object,
      id,
      threshold_amount: threshold,
      ...common,
      notification_channel: { type: 'email', recipients: ['finance@northwind.example'], subject_prefix: null },
    }),
  });
}
