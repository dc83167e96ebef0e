import type { Clock } from '#core/clock.js';
import type { MasterKeyRing } from '#crypto/key-ring.js';
import type { Database } from '#db/database.js';
import type { Actor } from '../audit/actor.js';

/** As `AuditDeps`, of somebody who is no actor yet. */
export interface AdmitDeps {
  db: Database;
  ring: MasterKeyRing;
  clock: Clock;
}

/** From where somebody comes, as the audit keeps it. */
export type Origin = Pick<Actor, 'address' | 'requestId'>;
