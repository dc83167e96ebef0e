import type { Tx } from '#db/database.js';
import { arrayLiteral } from '#db/array-literal.js';
import type { RatedEvent } from './rate-usage-events.js';

/**
 * Takes the ids of those events that were never recorded, and returns them. Who else takes one of them at the same moment
 * is waited for; in the order of their ids by everybody, so that none waits in a circle.
 */
export async function claimEventKeys(
  tx: Tx,
  events: readonly Pick<RatedEvent, 'id' | 'occurredAt'>[],
): Promise<Set<string>> {
  const ids = arrayLiteral(events.map(({ id }) => id));
  const times = arrayLiteral(events.map(({ occurredAt }) => occurredAt.toISOString()));
  const claimed = await tx.$queryRaw<{ id: string }[]>`
    INSERT INTO usage_event_key (tenant_id, id, occurred_at)
    SELECT current_tenant_id(), id, occurred_at FROM unnest(${ids}::uuid[], ${times}::timestamptz[]) AS r(id, occurred_at)
    ORDER BY id
    ON CONFLICT DO NOTHING
    RETURNING id::text`;
  return new Set(claimed.map(({ id }) => id));
}
