import { z } from 'zod';
import type { PicoUsd } from '#core/money.js';
import type { AdminConnection, AdminReadDeps } from './admin-connection.js';
import { picoUsdFromCents } from './pico-usd-from-cents.js';
import { readList } from './read-list.js';

export interface SpendAlert {
  id: string;
  thresholdPicoUsd: PicoUsd;
  /** `month`, so far the only one. */
  interval: string;
  recipients: string[];
}

const item = z
  .object({
    id: z.string(),
    threshold_amount: picoUsdFromCents,
    interval: z.string(),
    notification_channel: z.object({ recipients: z.array(z.string()).nullish() }).nullish(),
  })
  .transform((alert): SpendAlert => ({
    id: alert.id,
    thresholdPicoUsd: alert.threshold_amount,
    interval: alert.interval,
    recipients: alert.notification_channel?.recipients ?? [],
  }));

/** The spend alerts set at OpenAI, of a project or (`projectId` null) of the organization. Errors as `readList`. */
export function readSpendAlerts(
  deps: AdminReadDeps,
  connection: AdminConnection,
  projectId: string | null,
): Promise<SpendAlert[]> {
  const owner = projectId === null ? '' : `/projects/${encodeURIComponent(projectId)}`;
  return readList(deps, connection, { path: `/organization${owner}/spend_alerts`, item });
}
