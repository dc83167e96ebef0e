import { randomBytes, randomUUID } from 'node:crypto';
import { systemClock } from '#core/clock.js';
import { createLogger } from '#core/logger.js';
import { createMasterKeyRing } from '#crypto/key-ring.js';
import { generateMasterKey, parseMasterKey } from '#crypto/master-key.js';
import { openDatabase } from '#db/database.js';
import { migrate } from '#db/migrate.js';
import { type OwnerConnection, withOwnerConnection } from '#db/with-owner-connection.js';
import { systemActor } from '#domain/audit/actor.js';
import { unscopedRewrapDataKeys } from '#domain/master-key/unscoped-rewrap-data-keys.js';
import { createTenant } from '#domain/tenants/create-tenant.js';
import pLimit from 'p-limit';
import { withPostgres } from './with-postgres.js';

/**
 * Rotating the master key over 1,000 tenants (each data key opened, wrapped anew and written down in its tenant's audit
 * chain), beside bare UPDATEs of as many rows, one after the other, on the same Postgres with its default durability.
 * Ends with status 1 when the target is missed.
 */
const tenants = 1_000;
const targetSecs = 10;

await withPostgres(bench);

async function bench(url: string): Promise<void> {
  await migrate(url, { logger: createLogger({ name: 'bench', level: 'silent' }) });
  const db = openDatabase({ url, poolSize: 4 });
  const oldKey = parseMasterKey(generateMasterKey());
  const deps = { db, clock: systemClock, actor: systemActor };
  const limit = pLimit(4);
  await Promise.all(
    Array.from({ length: tenants }, (_, index) =>
      limit(() =>
        createTenant({ ...deps, ring: createMasterKeyRing([oldKey]) }, { slug: `tenant-${index}`, name: 'Tenant' }),
      ),
    ),
  );
  const ring = createMasterKeyRing([parseMasterKey(generateMasterKey()), oldKey]);
  const bareSecs = await withOwnerConnection(url, updateBareRows);
  const rotationSecs = await secondsOf(() => unscopedRewrapDataKeys({ ...deps, ring }));
  await db.close();
  process.stdout.write(
    `${tenants} data keys under a new master key: ${rotationSecs.toFixed(2)} s, target ${targetSecs} s ` +
      `${rotationSecs < targetSecs ? 'met' : 'MISSED'}; bare UPDATE loop ${bareSecs.toFixed(2)} s, ` +
      `ratio ${(rotationSecs / bareSecs).toFixed(1)}\n`,
  );
  if (rotationSecs >= targetSecs) process.exitCode = 1;
}

/** A table of the same form without row-level security, each UPDATE a transaction of its own. */
async function updateBareRows(connection: OwnerConnection): Promise<number> {
  await connection.query('CREATE TABLE bare_data_key (LIKE tenant_data_key INCLUDING ALL)');
  const ids = Array.from({ length: tenants }, () => randomUUID());
  const insert = 'INSERT INTO bare_data_key (tenant_id, id, wrapped_key, master_key_id) VALUES ($1, $1, $2, $3)';
  for (const id of ids) await connection.query(insert, [id, randomBytes(69), 'before']);
  const update = 'UPDATE bare_data_key SET wrapped_key = $2, master_key_id = $3 WHERE tenant_id = $1 AND id = $1';
  return secondsOf(async () => {
    for (const id of ids) await connection.query(update, [id, randomBytes(69), 'after']);
  });
}

async function secondsOf(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return (performance.now() - startedAt) / 1000;
}
