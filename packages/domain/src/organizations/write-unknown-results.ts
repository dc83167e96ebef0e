import { newId } from '#core/ids.js';
import type { Tx } from '#db/database.js';
import type { UnknownResult } from '#openai/organization/usage-result.js';
import { tenantKeepsSince } from '../retention/kept-since.js';
import { type TimedBucket, toUnknownResult } from './set-aside.js';
import { storableJson } from './storable-json.js';

interface UnknownWindow {
  organizationId: string;
  feed: string;
  from: Date;
  to: Date;
  buckets: readonly (TimedBucket & { unknownResults: readonly UnknownResult[] })[];
  /** Buckets of impossible times. */
  setAside: readonly TimedBucket[];
  now: Date;
  /** As of the installation, for tenants that have set none; 0, the default: for ever. */
  installationDays?: number | undefined;
}

/**
 * Puts the unknown results of a window in the place of those that were there, as they came; one from outside of the window in
 * the place of those of its own time. What is older than the tenant keeps its records is not written.
 * @returns by how much their number has grown
 */
export async function writeUnknownResults(
  tx: Tx,
  { organizationId, feed, from, to, buckets, setAside, now, installationDays }: UnknownWindow,
): Promise<number> {
  const results = [
    ...buckets.flatMap(({ startAt, unknownResults }) => unknownResults.map((one) => ({ ...one, startAt }))),
    ...setAside.map(toUnknownResult),
  ];
  const removed = await tx.$executeRaw`
    DELETE FROM reported_unknown WHERE tenant_id = current_tenant_id() AND organization_id = ${organizationId}::uuid
      AND feed = ${feed} AND (bucket_at >= ${from}::timestamptz AND bucket_at < ${to}::timestamptz
        OR bucket_at = ANY(${results.map(({ startAt }) => startAt)}::timestamptz[]))`;
  if (results.length === 0) return -removed;
  const rows = results.map(({ startAt, object, raw }) => ({
    id: newId(),
    bucket_at: startAt,
    object,
    result: raw ?? null,
  }));
  const written = await tx.$executeRaw`
    INSERT INTO reported_unknown (tenant_id, id, organization_id, feed, bucket_at, object, result)
    SELECT current_tenant_id(), id, ${organizationId}::uuid, ${feed}, bucket_at, object, COALESCE(result, 'null')
    FROM jsonb_to_recordset(${storableJson(rows)}::jsonb) AS r(id uuid, bucket_at timestamptz, object text, result jsonb)
    WHERE bucket_at >= ${tenantKeepsSince(now, installationDays)}`;
  return written - removed;
}
