import type { Clock } from '#core/clock.js';
import type { Database } from '#db/database.js';
import { Prisma } from '#db/rows.js';
import { withTenantSnapshot } from '#db/with-tenant-snapshot.js';
import { decodeTimeCursor, encodeTimeCursor } from '../paging/time-cursor.js';
import { getOrganization } from './get-organization.js';

/** A result of a kind that this version does not know. */
export interface KeptResult {
  id: string;
  /** A kind of usage, or `costs`. */
  feed: string;
  bucketAt: Date;
  /** What OpenAI calls it; null when it does not. */
  object: string | null;
  /** As it came: any JSON. */
  result: unknown;
}

/**
 * Results of an organization that are in no figure, latest bucket first. `next` is the `after` of the following page, null on
 * the last. An import that reads a bucket again puts others in the place of its results.
 * @throws Problem `not-found`; `invalid-request` for an `after` that is none
 */
export async function listUnknownResults(
  deps: { db: Database; clock: Clock },
  tenantId: string,
  organizationId: string,
  query: { after?: string | undefined; limit: number },
): Promise<{ items: KeptResult[]; next: string | null }> {
  await getOrganization(deps, tenantId, organizationId);
  const place = query.after === undefined ? null : decodeTimeCursor(query.after);
  const older = place ? Prisma.sql`(bucket_at, id) < (${place.at}, ${place.id}::uuid)` : Prisma.sql`TRUE`;
  const rows = await withTenantSnapshot(
    deps.db,
    tenantId,
    (reader) => reader.$queryRaw<KeptResult[]>`
      SELECT id::text, feed, bucket_at AS "bucketAt", object, result FROM reported_unknown
      WHERE tenant_id = ${tenantId}::uuid AND organization_id = ${organizationId}::uuid AND ${older}
      ORDER BY bucket_at DESC, id DESC LIMIT ${query.limit + 1}`,
  );
  const items = rows.slice(0, query.limit);
  const last = items.at(-1);
  return {
    items,
    next: rows.length > query.limit && last ? encodeTimeCursor({ at: last.bucketAt, id: last.id }) : null,
  };
}
