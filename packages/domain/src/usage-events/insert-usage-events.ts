import { formatUsdOrNull } from '#core/money.js';
import type { Tx } from '#db/database.js';
import { Prisma } from '#db/rows.js';
import { emptyUsage, type Usage } from '#pricing/usage.js';
import { arrayLiteral } from '#db/array-literal.js';
import { usageInserts } from '../usage/usage-inserts.js';
import type { RatedEvent } from './rate-usage-events.js';

/** Writes the usage records of events and adds them to the hourly sums, in one statement. */
export async function insertUsageEvents(tx: Tx, events: readonly RatedEvent[]): Promise<void> {
  const given = [...columns, ...countColumns];
  const values = given.map(({ type, of }) => Prisma.sql`${arrayLiteral(events.map(of))}::${Prisma.raw(type)}[]`);
  const names = Prisma.raw(given.map(({ name }) => `"${name}"`).join(', '));
  await tx.$queryRaw`
    WITH used AS (SELECT 'event' AS source, * FROM unnest(${Prisma.join(values)}) AS r(${names})), ${usageInserts}
    SELECT count(*)::int AS records FROM usage_row`;
}

interface Column {
  name: string;
  type: string;
  of: (event: RatedEvent) => string | number | null | undefined;
}

const columns: Column[] = [
  { name: 'id', type: 'uuid', of: ({ id }) => id },
  { name: 'occurred_at', type: 'timestamptz', of: ({ occurredAt }) => occurredAt.toISOString() },
  { name: 'provider_key_id', type: 'uuid', of: ({ event }) => event.keyId },
  { name: 'model', type: 'text', of: ({ event }) => event.model },
  { name: 'service_tier', type: 'text', of: ({ event }) => event.serviceTier ?? 'default' },
  {
    name: 'cost_usd',
    type: 'numeric',
    of: ({ cost }) => formatUsdOrNull(cost.costPicoUsd),
  },
  { name: 'cost_basis', type: 'text', of: ({ cost }) => cost.basis },
  { name: 'cost_reason', type: 'text', of: ({ cost }) => (cost.basis === 'exact' ? null : cost.reason) },
  { name: 'price_version', type: 'text', of: ({ cost }) => cost.priceVersion },
  { name: 'request_id', type: 'text', of: ({ event }) => event.requestId },
  { name: 'end_user', type: 'text', of: ({ event }) => event.endUser },
  { name: 'tags', type: 'jsonb', of: ({ event }) => event.tags && JSON.stringify(event.tags) },
];

const countColumns: Column[] = (Object.keys(emptyUsage) as (keyof Usage)[]).map((name) => ({
  name,
  type: 'bigint',
  of: ({ usage }) => usage[name],
}));
