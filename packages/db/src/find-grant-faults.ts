import { programRoles } from './program-roles.js';
import { releasedGrants } from './released-grants.js';
import type { OwnerConnection } from './with-owner-connection.js';

/**
 * What roles of ours are granted in `public`, but on partitions: role and object, and privileges with their columns. Sorted
 * as bytes, since databases have collations of their own.
 */
const granted = `
  WITH acl AS (
    SELECT c.relname::text AS object, c.relacl AS granted, NULL::text AS col FROM pg_class c
      WHERE c.relnamespace = 'public'::regnamespace AND NOT c.relispartition
    UNION ALL SELECT c.relname, a.attacl, a.attname FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
      WHERE c.relnamespace = 'public'::regnamespace AND NOT c.relispartition
    UNION ALL SELECT proname || '()', proacl, NULL FROM pg_proc WHERE pronamespace = 'public'::regnamespace
    UNION ALL SELECT 'schema ' || nspname, nspacl, NULL FROM pg_namespace WHERE nspname = 'public'
  ), privilege AS (
    SELECT r.rolname || ' ' || object AS key, g.privilege_type
        || coalesce(' (' || string_agg(DISTINCT col COLLATE "C", ', ' ORDER BY col COLLATE "C") || ')', '') AS name
      FROM acl, LATERAL aclexplode(granted) g JOIN pg_roles r ON r.oid = g.grantee AND r.rolname = ANY($1)
      GROUP BY r.rolname, object, g.privilege_type, col IS NULL
  )
  SELECT key, string_agg(name, ', ' ORDER BY name COLLATE "C") AS may FROM privilege GROUP BY key ORDER BY key`;

/** Each by role and object, such as `keyledger_app audit_event`: `INSERT, SELECT`. */
export async function listGrants(connection: OwnerConnection): Promise<Record<string, string>> {
  const { rows } = await connection.query<{ key: string; may: string }>(granted, [[...programRoles]]);
  return Object.fromEntries(rows.map(({ key, may }) => [key, may]));
}

/** Where the grants are not those of a database that this version has migrated: what is there, and what should be. */
export async function findGrantFaults(connection: OwnerConnection): Promise<string[]> {
  const found = await listGrants(connection);
  const keys = [...new Set([...Object.keys(releasedGrants), ...Object.keys(found)])].toSorted();
  return keys
    .filter((key) => found[key] !== releasedGrants[key])
    .map((key) => `${key} (${found[key] ?? 'nothing'}, and should be ${releasedGrants[key] ?? 'nothing'})`);
}
