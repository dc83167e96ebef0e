import { newId } from '#core/ids.js';
import type { Tx } from '#db/database.js';
import type { AffectedUsage } from './affected-usage.js';

interface OpenReRating {
  models: string[] | null;
  from: Date | null;
  to: Date | null;
}

/**
 * Asks for past usage to be rated again. One that is under way ends here, and what it was about is taken over, so that a
 * tenant's usage is rated towards one version at a time, and no cost is replaced twice under one re-rating. Only under
 * `lockPrices`: of two at once, neither would see the other's.
 */
export async function openReRating(
  tx: Tx,
  { toVersion, affected, at, by }: { toVersion: string; affected: AffectedUsage; at: Date; by: string },
): Promise<string> {
  const superseded = await tx.$queryRaw<OpenReRating[]>`
    UPDATE re_rating SET finished_at = ${at} WHERE tenant_id = current_tenant_id() AND finished_at IS NULL
    RETURNING models, from_at AS "from", to_at AS "to"`;
  const { models, from, to } = superseded.reduce(widen, { ...affected });
  const id = newId();
  await tx.$executeRaw`
    INSERT INTO re_rating (tenant_id, id, requested_at, requested_by, to_version, from_at, to_at, models)
    VALUES (current_tenant_id(), ${id}::uuid, ${at}, ${by}, ${toVersion}, ${from}, ${to},
      ${models === null ? null : JSON.stringify(models)}::jsonb)`;
  return id;
}

function widen(a: AffectedUsage, b: OpenReRating): AffectedUsage {
  return {
    models: a.models && b.models && [...new Set([...a.models, ...b.models])],
    from: a.from && b.from && (a.from < b.from ? a.from : b.from),
    to: a.to && b.to && (a.to > b.to ? a.to : b.to),
  };
}
