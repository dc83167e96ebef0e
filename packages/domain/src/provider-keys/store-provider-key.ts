import { newId } from '#core/ids.js';
import { Problem } from '#core/problem.js';
import { seal } from '#crypto/seal.js';
import type { Database, Tx } from '#db/database.js';
import { withTenant } from '#db/with-tenant.js';
import { type AuditDeps, recordAudit } from '../audit/record-audit.js';
import { connectOrganization } from '../organizations/connect-organization.js';
import { keyDetails, keySubject } from './audited-key.js';
import { fingerprintsOf } from './fingerprints-of.js';
import { maskSecret } from './mask-secret.js';
import { parseProviderSecret, providerKindFault } from './parse-provider-secret.js';
import {
  type ProbeMode,
  providerKeyColumns,
  type ProviderKeyKind,
  type ProviderKeyView,
  toProviderKeyView,
} from './provider-key.js';
import { refuseDuplicate, retryOnUniqueViolation } from './refuse-duplicate.js';
import { refuseToShow } from './refuse-to-show.js';
import { secretPlace } from './secret-place.js';
import { lockTenantDataKeys } from './tenant-data-keys.js';

export interface NewProviderKey {
  label: string;
  /** As pasted. */
  secret: string;
  /** Default: what the prefix tells. */
  kind?: ProviderKeyKind | undefined;
  model?: string | undefined;
  probeMode?: ProbeMode | undefined;
  intervalSecs?: number | null | undefined;
  /** Decimal USD. */
  dailyCapUsd?: string | undefined;
}

export interface ProviderKeyDefaults {
  model: string;
  /** Decimal USD. */
  dailyCapUsd: string;
  /** How many keys a tenant may have; default 10,000. */
  mostKeys?: number;
}

/**
 * Seals a key for its tenant and row and stores it, due to be probed at once. The plaintext goes nowhere else. An admin
 * key connects its organization, due to be imported at once.
 * @throws Problem `invalid-request` for a kind that it is not, or a label or model that holds it; `not-a-provider-key`, `too-many-keys`, `duplicate-label`, `duplicate-secret` (naming the label that has it)
 * @throws CannotOpenError when the master key does not fit the tenant's data key
 */
export async function storeProviderKey(
  deps: AuditDeps & { db: Database; defaults: ProviderKeyDefaults },
  tenantId: string,
  input: NewProviderKey,
): Promise<ProviderKeyView> {
  const { secret, kind } = parseProviderSecret(input.secret);
  const fault = providerKindFault(input.kind, input.secret);
  if (fault !== null) throw new Problem('invalid-request', { field: 'kind', detail: fault });
  refuseToShow(secret, input);
  const id = newId();
  const now = deps.clock.now();
  return retryOnUniqueViolation(() =>
    withTenant(deps.db, tenantId, async (tx) => {
      const dataKeys = await lockTenantDataKeys(deps.ring, tx, tenantId);
      const prints = fingerprintsOf(dataKeys, tenantId, secret);
      await refuseBeyond(deps.defaults.mostKeys ?? usualMostKeys, tx, tenantId);
      await refuseDuplicate(tx, { tenantId, label: input.label, fingerprints: prints.all });
      const row = await tx.providerKey.create({
        data: {
          tenantId,
          id,
          kind,
          label: input.label,
          mask: maskSecret(secret),
          sealedSecret: seal(dataKeys.current(), secretPlace(tenantId, id), secret.reveal()),
          fingerprint: prints.current,
          model: input.model ?? deps.defaults.model,
          probeMode: input.probeMode ?? 'completion',
          probeIntervalSecs: input.intervalSecs ?? null,
          probeDailyCapUsd: input.dailyCapUsd ?? deps.defaults.dailyCapUsd,
          createdAt: now,
          healthSince: now,
          nextProbeAt: now,
        },
        select: providerKeyColumns,
      });
      if (kind === 'admin') await connectOrganization(tx, { tenantId, providerKeyId: id, name: input.label, now });
      const key = toProviderKeyView(row);
      const after = { kind, ...keyDetails(key) };
      await recordAudit(tx, deps, tenantId, { action: 'provider-key.store', subject: keySubject(key), after });
      return key;
    }),
  );
}

const usualMostKeys = 10_000;

/** Keys of one tenant are stored one after the other, so that no two of them are both the last one that fits. */
async function refuseBeyond(mostKeys: number, tx: Tx, tenantId: string): Promise<void> {
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`provider-key ${tenantId}`}, 0))`;
  if ((await tx.providerKey.count({ where: { tenantId, deletedAt: null } })) < mostKeys) return;
  throw new Problem('too-many-keys', {
    detail: `This tenant has ${mostKeys} keys, which is the most. Delete some first.`,
  });
}
