import { z } from 'zod';
import type { PicoUsd } from '#core/money.js';
import type { AdminConnection, AdminReadDeps } from './admin-connection.js';
import { OrganizationReadError } from './organization-read-error.js';
import { picoUsdFromCents } from './pico-usd-from-cents.js';
import { readAdminJson } from './read-admin-json.js';

export interface SpendLimit {
  thresholdPicoUsd: PicoUsd;
  /** `month`, so far the only one. */
  interval: string;
  isEnforcing: boolean;
}

const schema = z.object({
  threshold_amount: picoUsdFromCents,
  interval: z.string(),
  enforcement: z.object({ status: z.string() }).nullish(),
});

/**
 * The hard spend limit set at OpenAI, of a project or (`projectId` null) of the organization. Null when none is set, which
 * OpenAI answers with 404.
 * @throws OrganizationReadError as `readAdminJson`, and `unreadable-answer`.
 */
export async function readSpendLimit(
  deps: AdminReadDeps,
  connection: AdminConnection,
  projectId: string | null,
): Promise<SpendLimit | null> {
  const owner = projectId === null ? '' : `/projects/${encodeURIComponent(projectId)}`;
  const path = `/organization${owner}/spend_limit`;
  try {
    const limit = schema.safeParse(await readAdminJson(deps, connection, { path }));
    if (!limit.success) throw new OrganizationReadError('unreadable-answer', `${path}: not what OpenAI answers.`);
    return {
      thresholdPicoUsd: limit.data.threshold_amount,
      interval: limit.data.interval,
      isEnforcing: limit.data.enforcement?.status === 'enforcing',
    };
  } catch (error) {
    if (error instanceof OrganizationReadError && error.httpStatus === 404) return null;
    throw error;
  }
}
