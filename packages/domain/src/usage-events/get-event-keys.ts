import type { Tx } from '#db/database.js';
import { regionalKeys } from '../openai-projects/regional-usage.js';
import { refuseEvents } from './refuse-events.js';
import type { UsageEvent } from './usage-event.js';

/**
 * The stored keys that events name. A deleted key counts as stored: what it used before may be reported after. Another
 * tenant's is as one that is not there.
 * @returns which of them are known to be of a project that is processed in a region
 * @throws Problem `invalid-request` naming each event with another `keyId`
 */
export async function getEventKeys(tx: Tx, events: readonly UsageEvent[]): Promise<{ regional: ReadonlySet<string> }> {
  const wanted = new Set(events.flatMap(({ keyId }) => keyId ?? []));
  if (wanted.size === 0) return { regional: wanted };
  const found = await tx.$queryRaw<{ id: string; isRegional: boolean }[]>`
    SELECT id::text, id IN (${regionalKeys}) AS "isRegional"
    FROM provider_key WHERE tenant_id = current_tenant_id() AND id = ANY(${[...wanted]}::uuid[])`;
  const stored = new Set(found.map(({ id }) => id));
  const faults = events.flatMap(({ keyId }, index) =>
    keyId == null || stored.has(keyId) ? [] : [{ index, field: 'keyId', fault: 'is not the id of a stored key' }],
  );
  if (faults.length > 0) throw refuseEvents(faults);
  return { regional: new Set(found.flatMap(({ id, isRegional }) => (isRegional ? [id] : []))) };
}
