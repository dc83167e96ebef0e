import type { SetSpendAlert, SetSpendLimit } from '#domain/organizations/organization.js';
import { limitText } from './project-row.js';

/** Limit and alerts on spend as they are set at OpenAI, in words. */
export interface SetLimitsView {
  limit: string;
  limitNote: string;
  /** Whom OpenAI writes to is empty to a reader who is not signed in. */
  alerts: { text: string; recipients: string }[];
}

export interface SetLimitsInput {
  spendLimit: SetSpendLimit | null;
  spendAlerts: readonly SetSpendAlert[];
  /** When OpenAI was last asked; null: never. */
  readAt: Date | null;
  isPublic: boolean;
}

export function setLimits({ spendLimit, spendAlerts, readAt, isPublic }: SetLimitsInput): SetLimitsView {
  if (!readAt) return { limit: '–', limitNote: 'OpenAI was not asked yet.', alerts: [] };
  return {
    limit: spendLimit ? limitText(spendLimit) : 'none',
    limitNote: noteOf(spendLimit),
    alerts: spendAlerts.map((alert) => ({
      text: limitText(alert),
      recipients: isPublic ? '' : alert.recipients.join(', '),
    })),
  };
}

function noteOf(limit: SetSpendLimit | null): string {
  if (!limit) return 'OpenAI stops nothing.';
  return limit.isEnforcing
    ? 'OpenAI enforces it: requests beyond it are refused.'
    : 'OpenAI says that it is not enforced at present.';
}
