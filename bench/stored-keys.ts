import { systemClock } from '#core/clock.js';
import { newId } from '#core/ids.js';
import { SecretString } from '#core/secret-string.js';
import { fingerprint } from '#crypto/fingerprint.js';
import type { MasterKeyRing } from '#crypto/key-ring.js';
import { seal } from '#crypto/seal.js';
import type { Database } from '#db/database.js';
import { withTenant } from '#db/with-tenant.js';
import { maskSecret } from '#domain/provider-keys/mask-secret.js';
import { secretPlace } from '#domain/provider-keys/secret-place.js';
import { readTenantDataKeys } from '#domain/provider-keys/tenant-data-keys.js';
import { systemActor } from '#domain/audit/actor.js';
import { createTenant } from '#domain/tenants/create-tenant.js';
import { simulatedSecret } from '#simulator/simulated-key.js';

export interface StoredKeys {
  tenants: number;
  keysPerTenant: number;
  intervalSecs: number;
  dueAt: Date;
}

/** Stores healthy simulated keys in bulk, evenly over new tenants, due at `dueAt`. */
export async function addStoredKeys(
  deps: { db: Database; ring: MasterKeyRing },
  { tenants, keysPerTenant, intervalSecs, dueAt }: StoredKeys,
): Promise<void> {
  for (let tenant = 0; tenant < tenants; tenant += 1) {
    const deed = { ...deps, clock: systemClock, actor: systemActor };
    const { id: tenantId } = await createTenant(deed, { slug: `t${tenant}`, name: 'Bench' });
    await withTenant(deps.db, tenantId, async (tx) => {
      const dataKey = (await readTenantDataKeys(deps.ring, tx, tenantId)).current();
      const data = Array.from({ length: keysPerTenant }, (_, index) => {
        const id = newId();
        const secret = simulatedSecret({ behaviour: 'healthy', label: `${tenant}k${index}` });
        return {
          tenantId,
          id,
          label: `key ${index}`,
          mask: maskSecret(new SecretString(secret)),
          sealedSecret: seal(dataKey, secretPlace(tenantId, id), secret),
          fingerprint: fingerprint(dataKey, tenantId, secret),
          model: 'gpt-4o-mini',
          probeIntervalSecs: intervalSecs,
          probeDailyCapUsd: '1',
          nextProbeAt: dueAt,
        };
      });
      await tx.providerKey.createMany({ data });
    });
  }
}
