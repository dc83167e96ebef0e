import type { Clock } from '#core/clock.js';
import type { MasterKeyRing } from '#crypto/key-ring.js';
import type { Database } from '#db/database.js';
import { DatabaseUnreachableError } from '#db/database-unreachable-error.js';
import { type OwnerConnection, withOwnerConnection } from '#db/with-owner-connection.js';
import type { Finding } from './finding.js';
import { inspectMasterKeys } from './inspect-master-keys.js';
import { inspectPartitions } from './inspect-partitions.js';
import { inspectSchema } from './inspect-schema.js';
import { inspectServer } from './inspect-server.js';
import { inspectQueue, inspectWorkers, type QueueState } from './inspect-work.js';

interface DiagnoseDeps {
  databaseUrl: string;
  db: Database;
  /** Null when the keys that were given cannot be used, which was told already. */
  ring: MasterKeyRing | null;
  clock: Clock;
  readQueue: () => Promise<QueueState>;
}

/**
 * Looks at everything that an installation stands on, and changes nothing. What needs something that is not there is left
 * out, so every finding is one of its own.
 */
export async function diagnose(deps: DiagnoseDeps): Promise<Finding[]> {
  try {
    return await withOwnerConnection(deps.databaseUrl, (connection) => inspect(deps, connection));
  } catch (error) {
    if (!(error instanceof DatabaseUnreachableError)) throw error;
    const remedy = 'Start it, or mend DATABASE_URL; then look again, as the rest could not be asked.';
    return [{ subject: 'Database', state: 'fail', says: error.message, remedy }];
  }
}

async function inspect(deps: DiagnoseDeps, connection: OwnerConnection): Promise<Finding[]> {
  const server = await inspectServer(connection, deps.clock);
  const schema = await inspectSchema(connection);
  const findings = [...server, ...schema.findings];
  if (!schema.isComplete) return findings;
  const { ring } = deps;
  const rest = [
    ...(ring ? [{ subject: 'Master key', look: () => inspectMasterKeys({ ...deps, ring }) }] : []),
    { subject: 'Partitions', look: () => inspectPartitions(connection, deps.clock) },
    { subject: 'Queue', look: () => inspectQueue(deps.readQueue) },
    { subject: 'Workers', look: () => inspectWorkers(deps) },
  ];
  for (const { subject, look } of rest) {
    try {
      findings.push(...(await look()));
    } catch (error) {
      // The tables themselves answer: only what is wrong with grants or policies can refuse us, and that was told.
      if (!findings.some(({ state }) => state === 'fail')) throw error;
      const remedy = 'Mend what is said above, then look again.';
      findings.push({ subject, state: 'fail', says: 'Could not be looked at.', remedy });
    }
  }
  return findings;
}
