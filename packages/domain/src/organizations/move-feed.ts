import type { Tx } from '#db/database.js';
import type { Growth } from './feed-source.js';

/** How far a feed of an organization was read. */
export interface Feed {
  /** Everything from here up to `knownTo` was read. */
  knownFrom: Date;
  knownTo: Date;
  /** Steps of the back-fill in a row that had nothing in them. */
  emptySteps: number;
  isBackfilled: boolean;
  /** When OpenAI refused to answer about what is before `knownFrom`; null where it did not, or has answered since. */
  refusedAt: Date | null;
}

/** What becomes of a feed by a window. `part`: of a step of the back-fill, which counts once it was read to its end. */
export type FeedMove =
  | { to: 'recent'; knownFrom: Date; knownTo: Date }
  | ({ to: 'past' } & Pick<Feed, 'knownFrom' | 'emptySteps' | 'isBackfilled'>)
  | { to: 'refused'; refusedAt: Date }
  | { to: 'part' };

/** Null: nothing was read yet. */
export function findFeed(
  tx: Tx,
  { tenantId, organizationId, feed }: { tenantId: string; organizationId: string; feed: string },
): Promise<Feed | null> {
  return tx.importFeed.findUnique({
    where: { tenantId_organizationId_feed: { tenantId, organizationId, feed } },
    select: { knownFrom: true, knownTo: true, emptySteps: true, isBackfilled: true, refusedAt: true },
  });
}

/** Notes a window that was written, in its transaction. What is known of the recent part never shrinks. */
export async function moveFeed(
  tx: Tx,
  moved: { organizationId: string; feed: string; readAt: Date; growth: Growth; move: FeedMove },
): Promise<void> {
  const { organizationId, feed, readAt, growth, move } = moved;
  if (move.to === 'recent') {
    await tx.$executeRaw`
      INSERT INTO import_feed AS f (tenant_id, organization_id, feed, known_from, known_to, hourly_from, read_at)
      VALUES (current_tenant_id(), ${organizationId}::uuid, ${feed}, ${move.knownFrom}, ${move.knownTo},
        ${move.knownFrom}, ${readAt})
      ON CONFLICT (tenant_id, organization_id, feed)
      DO UPDATE SET known_to = greatest(f.known_to, excluded.known_to), read_at = excluded.read_at`;
  }
  const { knownFrom, emptySteps, isBackfilled } = move.to === 'past' ? move : unchanged;
  const refusedAt = move.to === 'refused' ? move.refusedAt : null;
  await tx.$executeRaw`
    UPDATE import_feed SET rows_read = rows_read + ${growth.rows}::int,
      unknown_results = unknown_results + ${growth.unknown}::int,
      known_from = COALESCE(${knownFrom}::timestamptz, known_from),
      empty_steps = COALESCE(${emptySteps}::int, empty_steps),
      is_backfilled = COALESCE(${isBackfilled}::boolean, is_backfilled),
      refused_at = CASE WHEN ${move.to === 'past'}::boolean THEN NULL
        ELSE COALESCE(${refusedAt}::timestamptz, refused_at) END
    WHERE tenant_id = current_tenant_id() AND organization_id = ${organizationId}::uuid AND feed = ${feed}`;
}

const unchanged = { knownFrom: null, emptySteps: null, isBackfilled: null };
