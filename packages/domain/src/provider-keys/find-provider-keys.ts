import type { Clock } from '#core/clock.js';
import type { Database } from '#db/database.js';
import { Prisma } from '#db/rows.js';
import { withTenant } from '#db/with-tenant.js';
import { notACursor } from '../paging/not-a-cursor.js';
import { displayedHealthSql } from './displayed-health-sql.js';
import type { DisplayedHealth } from './key-health.js';
import { providerKeyColumns, type ProviderKeyView, toProviderKeyView } from './provider-key.js';

export interface KeySearch {
  /** Part of the label, the mask or the model, whatever the case; empty finds all. */
  text: string;
  /** Only keys in one of these states now; null for all. */
  healths: readonly DisplayedHealth[] | null;
  after?: string | undefined;
  limit: number;
  defaultIntervalSecs: number;
}

/**
 * One page of the keys that match, by label. `next` is the `after` of the following page, null on the last.
 * @throws Problem `invalid-request` for a cursor that is none of ours
 */
export async function findProviderKeys(
  deps: { db: Database; clock: Clock },
  tenantId: string,
  search: KeySearch,
): Promise<{ items: ProviderKeyView[]; next: string | null }> {
  return withTenant(deps.db, tenantId, async (tx) => {
    const found = await tx.$queryRaw<{ id: string; place: string }[]>`
      SELECT id::text, lower(label) AS place FROM provider_key
      WHERE tenant_id = ${tenantId}::uuid AND deleted_at IS NULL AND ${matches(search, deps.clock.now())}
      ORDER BY lower(label) LIMIT ${search.limit + 1}`;
    const shown = found.slice(0, search.limit);
    const rows = await tx.providerKey.findMany({
      where: { tenantId, id: { in: shown.map(({ id }) => id) } },
      select: providerKeyColumns,
    });
    const byId = new Map(rows.map((row) => [row.id, row]));
    const items = shown.flatMap(({ id }) => byId.get(id) ?? []).map(toProviderKeyView);
    const last = shown.at(-1);
    return { items, next: found.length > search.limit && last ? encodeCursor(last.place) : null };
  });
}

function matches({ text, healths, after, defaultIntervalSecs }: KeySearch, now: Date): Prisma.Sql {
  // Postgres takes no NUL, and has none to find.
  const wanted = text.toLowerCase().replaceAll('\0', '');
  return Prisma.join(
    [
      Prisma.sql`TRUE`,
      ...(wanted === '' ? [] : [Prisma.sql`strpos(lower(concat_ws(E'\n', label, mask, model)), ${wanted}) > 0`]),
      ...(healths ? [Prisma.sql`${displayedHealthSql(now, defaultIntervalSecs)} = ANY(${[...healths]})`] : []),
      // Labels are unique whatever their case, so a label is a place in the order.
      ...(after === undefined ? [] : [Prisma.sql`lower(label) > ${decodeCursor(after)}`]),
    ],
    ' AND ',
  );
}

function encodeCursor(place: string): string {
  return Buffer.from(place).toString('base64url');
}

function decodeCursor(cursor: string): string {
  const place = Buffer.from(cursor, 'base64url').toString('utf8');
  if (place === '' || place.includes('\0') || encodeCursor(place) !== cursor) throw notACursor();
  return place;
}
