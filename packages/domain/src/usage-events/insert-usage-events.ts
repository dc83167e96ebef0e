import type { Tx } from '#db/database.js';
import { emptyUsage, type Usage } from '#pricing/usage.js';
import { type ColumnOf, rowsOf } from '#db/rows-of.js';
import { costColumns } from '../usage/cost-columns.js';
import { usageInserts } from '../usage/usage-inserts.js';
import type { RatedEvent } from './rate-usage-events.js';

/**
 * Claims the ids of events, which differ, and writes a usage record and its share of the hourly sums for each that nobody
 * claimed before, in one statement. Who else claims one of them at the same moment is waited for; in the order of their ids
 * by everybody, so that none waits in a circle.
 * @returns the ids of the others, which were recorded before
 */
export async function insertUsageEvents(tx: Tx, events: readonly RatedEvent[]): Promise<Set<string>> {
  const taken = await tx.$queryRaw<{ id: string }[]>`
    WITH given AS MATERIALIZED (${rowsOf(events, columns)}),
    claimed AS (
      INSERT INTO usage_event_key (tenant_id, id, occurred_at)
      SELECT current_tenant_id(), id, occurred_at FROM given ORDER BY id
      ON CONFLICT DO NOTHING
      RETURNING id
    ),
    used AS (SELECT given.* FROM given JOIN claimed USING (id)), ${usageInserts}
    SELECT id::text FROM given WHERE id NOT IN (SELECT id FROM claimed)`;
  return new Set(taken.map(({ id }) => id));
}

const columns: readonly ColumnOf<RatedEvent>[] = [
  { name: 'id', type: 'uuid', of: ({ id }) => id },
  { name: 'occurred_at', type: 'timestamptz', of: ({ occurredAt }) => occurredAt.toISOString() },
  { name: 'provider_key_id', type: 'uuid', of: ({ event }) => event.keyId },
  { name: 'model', type: 'text', of: ({ event }) => event.model },
  { name: 'source', type: 'text', of: () => 'event' },
  { name: 'service_tier', type: 'text', of: ({ event }) => event.serviceTier ?? 'default' },
  ...costColumns(({ cost }: RatedEvent) => cost),
  { name: 'request_id', type: 'text', of: ({ event }) => event.requestId },
  { name: 'end_user', type: 'text', of: ({ event }) => event.endUser },
  { name: 'tags', type: 'jsonb', of: ({ event }) => event.tags && JSON.stringify(event.tags) },
  ...(Object.keys(emptyUsage) as (keyof Usage)[]).map((name) => ({
    name,
    type: 'bigint',
    of: ({ event }: RatedEvent) => event.usage.usage[name],
  })),
];
