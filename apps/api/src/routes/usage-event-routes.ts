import type { z } from 'zod';
import { formatUsd } from '#core/money.js';
import { accessTo } from '#domain/access-tokens/access-table.js';
import { type EventReceipt, recordUsageEvents } from '#domain/usage-events/record-usage-events.js';
import type { AppDeps } from '../app-deps.js';
import { defineRoute, type Route } from '../http/define-route.js';
import { nothing } from './schemas.js';
import { eventsBody, eventsBodyLimitBytes, eventsReceiptJson } from './usage-event-schemas.js';

export function usageEventRoutes(deps: AppDeps): Route[] {
  return [
    defineRoute({
      method: 'post',
      path: '/usage/events',
      access: accessTo.usage.record,
      tag: 'Usage',
      summary: 'Report usage of your own calls',
      description:
        'One event, or up to 1,000 as `{"events": […]}`: all of them are recorded and priced at once or, when one is not ' +
        'valid, none. An `idempotencyKey` counts once, so what may not have arrived can be sent again as it is.',
      params: nothing,
      query: nothing,
      body: eventsBody(deps.clock),
      bodyLimitBytes: eventsBodyLimitBytes,
      response: eventsReceiptJson,
      handle: async ({ body, caller }) => present(await recordUsageEvents(deps, caller.tenant.id, body.events)),
    }),
  ];
}

function present(receipts: readonly EventReceipt[]): z.input<typeof eventsReceiptJson> {
  const recorded = receipts.filter(({ status }) => status === 'recorded');
  return {
    accepted: recorded.length,
    duplicates: receipts.length - recorded.length,
    unpriced: recorded.filter(({ cost }) => cost?.basis === 'unpriced').length,
    events: receipts.map(({ idempotencyKey, status, cost }) => ({
      idempotencyKey,
      status,
      costUsd: cost?.costPicoUsd == null ? null : formatUsd(cost.costPicoUsd),
      costBasis: cost?.basis ?? null,
    })),
  };
}
