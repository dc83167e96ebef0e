import type { OwnerConnection } from '#db/with-owner-connection.js';

/** Every table with a `tenant_id`, each before those that it refers to, so that rows can be deleted in this order. */
export async function listTenantTables(connection: OwnerConnection): Promise<string[]> {
  const { rows } = await connection.query<{ name: string; refersTo: string[] }>(`
    SELECT format('%I', c.relname) AS name, ARRAY(
      SELECT DISTINCT format('%I', parent.relname) FROM pg_constraint f JOIN pg_class parent ON parent.oid = f.confrelid
      WHERE f.conrelid = c.oid AND f.contype = 'f' AND f.confrelid <> c.oid) AS "refersTo"
    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id' AND NOT a.attisdropped
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
    ORDER BY c.relname`);
  const ordered: string[] = [];
  let left = rows;
  while (left.length > 0) {
    const isFree = ({ name }: { name: string }) => !left.some(({ refersTo }) => refersTo.includes(name));
    const free = left.filter(isFree);
    if (free.length === 0)
      throw new Error(`tables that refer to each other: ${left.map(({ name }) => name).join(', ')}`);
    ordered.push(...free.map(({ name }) => name));
    left = left.filter((table) => !free.includes(table));
  }
  return ordered;
}
