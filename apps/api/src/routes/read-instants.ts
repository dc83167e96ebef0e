import type { z } from 'zod';
import { Problem } from '#core/problem.js';
import type { Database } from '#db/database.js';
import { localDayRange } from '#domain/usage/local-day-range.js';
import { addRule } from './add-rule.js';
import { dayOrInstant } from './days.js';

/** The query with what can be wrong between these; a day and an instant are compared once the time zone is known. */
export function withInstants<Query extends z.ZodObject<typeof instantsShape>>(query: Query): Query {
  return addRule(query, ['from', 'to'], ({ from, to }) => ({ from: isLater(from, to) ? endsEarly : null }));
}

/** How lists are asked for a time. */
export const instantsShape = {
  from: dayOrInstant.optional().describe('Included. A day is meant in the tenant’s reporting time zone.'),
  to: dayOrInstant.optional().describe('An instant is excluded, a day included.'),
};

const endsEarly = '“from” is later than “to”.';

function isLater(from: string | undefined, to: string | undefined): boolean {
  if (from === undefined || to === undefined || from.includes('T') !== to.includes('T')) return false;
  return Date.parse(from) > Date.parse(to);
}

/**
 * The instants that `from` and `to` of a query mean, each a day (of the tenant's time zone) or an instant.
 * @throws Problem `invalid-request` when they end before they begin
 */
export async function readInstants(
  deps: { db: Database },
  tenantId: string,
  { from: fromText, to: toText }: { from?: string | undefined; to?: string | undefined },
): Promise<{ from: Date | undefined; to: Date | undefined }> {
  const [fromDay, toDay] = [fromText, toText].map((text) => (text?.includes('T') ? undefined : text));
  const days = fromDay || toDay ? await localDayRange(deps, tenantId, { fromDay, toDay }) : null;
  const from = days?.from ?? (fromText === undefined ? undefined : new Date(fromText));
  const to = days?.to ?? (toText === undefined ? undefined : new Date(toText));
  if (from && to && from > to) {
    throw new Problem('invalid-request', { field: 'from', detail: endsEarly });
  }
  return { from, to };
}
