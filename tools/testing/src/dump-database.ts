import { withOwnerConnection } from '#db/with-owner-connection.js';

/** Every row of every table of a database as text, for the search for what must be in none. Bytes are hexadecimal. */
export async function dumpDatabase(url: string): Promise<string> {
  return withOwnerConnection(url, async (connection) => {
    const tables = await connection.query<{ name: string }>(`SELECT format('%I.%I', table_schema, table_name) AS name
      FROM information_schema.tables
      WHERE table_type = 'BASE TABLE' AND table_schema NOT IN ('pg_catalog', 'information_schema')`);
    const lines: string[] = [];
    for (const { name } of tables.rows) {
      const { rows } = await connection.query<{ line: string }>(`SELECT to_jsonb(t)::text AS line FROM ${name} AS t`);
      lines.push(...rows.map(({ line }) => `${name} ${line}`));
    }
    return lines.join('\n');
  });
}
