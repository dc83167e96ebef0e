import type { Tx } from '#db/database.js';
import { refuseEvents } from './refuse-events.js';
import type { UsageEvent } from './usage-event.js';

/**
 * A deleted key counts as stored: what it used before may be reported after. Another tenant's is as one that is not there.
 * @throws Problem `invalid-request` naming each event with another `keyId`
 */
export async function assertKeysStored(tx: Tx, events: readonly UsageEvent[]): Promise<void> {
  const wanted = new Set(events.flatMap(({ keyId }) => keyId ?? []));
  if (wanted.size === 0) return;
  const found = await tx.$queryRaw<{ id: string }[]>`
    SELECT id::text FROM provider_key WHERE tenant_id = current_tenant_id() AND id = ANY(${[...wanted]}::uuid[])`;
  const stored = new Set(found.map(({ id }) => id));
  const faults = events.flatMap(({ keyId }, index) =>
    keyId == null || stored.has(keyId) ? [] : [{ index, field: 'keyId', fault: 'is not the id of a stored key' }],
  );
  if (faults.length > 0) throw refuseEvents(faults);
}
