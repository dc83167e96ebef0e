import type { Tx } from '#db/database.js';
import type { AffectedUsage } from './affected-usage.js';

/** Whether a re-rating that is under way is about some of this usage, so that its stored costs may be former ones. */
export async function isBeingRated(tx: Tx, { models, from, to }: AffectedUsage): Promise<boolean> {
  const open = await tx.$queryRaw<{ models: string[] | null }[]>`
    SELECT models FROM re_rating
    WHERE tenant_id = current_tenant_id() AND finished_at IS NULL
      AND (from_at IS NULL OR ${to}::timestamptz IS NULL OR from_at < ${to}::timestamptz)
      AND (to_at IS NULL OR ${from}::timestamptz IS NULL OR to_at > ${from}::timestamptz)`;
  return open.some((reRating) => models === null || (reRating.models?.some((one) => models.includes(one)) ?? true));
}
