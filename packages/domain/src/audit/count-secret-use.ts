import type { Tx } from '#db/database.js';

/** Opened to probe or to import; or refused, as a job named what the tenant does not have. */
export type SecretUseKind = 'probe' | 'import' | 'refused-probe' | 'refused-import';

/**
 * Counts what the audit tells by the hour, in the transaction that does it. To be its last statement: whoever counts the
 * same hour of the same tenant waits from here to the commit.
 * @returns how many there are in this hour by now
 */
export async function countSecretUse(
  tx: Tx,
  { tenantId, kind, times, at }: { tenantId: string; kind: SecretUseKind; times: number; at: Date },
): Promise<bigint> {
  const [row] = await tx.$queryRaw<{ times: bigint }[]>`
    INSERT INTO secret_use AS u (tenant_id, hour, kind, times)
    VALUES (${tenantId}::uuid, date_trunc('hour', ${at}::timestamptz, 'UTC'), ${kind}, ${times}::bigint)
    ON CONFLICT (tenant_id, hour, kind) DO UPDATE SET times = u.times + excluded.times
    RETURNING times`;
  if (!row) throw new Error('an upsert returns its row');
  return row.times;
}
