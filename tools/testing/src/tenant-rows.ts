import { withOwnerConnection } from '#db/with-owner-connection.js';

/** Every row of a tenant, of all tables, as text and in order: its audit events and its own row included. */
export async function readTenantRows(url: string, tenantId: string): Promise<string[]> {
  return withOwnerConnection(url, async (owner) => {
    const tables = await owner.query<{ name: string }>(`
      SELECT c.oid::regclass::text AS name FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
      WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relnamespace = 'public'::regnamespace
        AND a.attname = 'tenant_id' AND NOT a.attisdropped ORDER BY 1`);
    const ofEach = tables.rows.map(
      ({ name }) => `SELECT '${name} ' || to_jsonb(t)::text AS line FROM ${name} t WHERE t.tenant_id = $1`,
    );
    const ownRow = `SELECT 'tenant ' || to_jsonb(t)::text AS line FROM tenant t WHERE t.id = $1`;
    const { rows } = await owner.query<{ line: string }>(`${[...ofEach, ownRow].join(' UNION ALL ')} ORDER BY 1`, [
      tenantId,
    ]);
    return rows.map(({ line }) => line);
  });
}
