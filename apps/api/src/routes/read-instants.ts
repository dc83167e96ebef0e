import { Problem } from '#core/problem.js';
import type { Database } from '#db/database.js';
import { localDayRange } from '#domain/usage/local-day-range.js';

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
    const detail = '“from” is later than “to”.';
    throw new Problem('invalid-request', { detail, fields: { from: detail } });
  }
  return { from, to };
}
