import type { Tx } from '#db/database.js';
import { Prisma } from '#db/rows.js';

/**
 * The UTC days (`YYYY-MM-DD`) on which rows that were read differ from those that are stored. Most of what an import reads again
 * is as it was: left alone it costs no writing, and sums of its days stay.
 * @param read a query, and `stored` another with the same columns, of which `day` is a date
 * @param besides a query of days that count as changed too; it may read from `stored`
 */
export async function changedDays(
  tx: Tx,
  { read, stored, besides }: { read: Prisma.Sql; stored: Prisma.Sql; besides?: Prisma.Sql },
): Promise<string[]> {
  const rows = await tx.$queryRaw<{ day: string }[]>`
    WITH read AS MATERIALIZED (${read}), stored AS MATERIALIZED (${stored}),
    changed AS ((TABLE read EXCEPT ALL TABLE stored) UNION ALL (TABLE stored EXCEPT ALL TABLE read))
    SELECT to_char(day, 'YYYY-MM-DD') AS day FROM (
      SELECT day FROM changed ${besides ? Prisma.sql`UNION ALL ${besides}` : Prisma.empty}
    ) AS d GROUP BY 1`;
  return rows.map(({ day }) => day);
}
