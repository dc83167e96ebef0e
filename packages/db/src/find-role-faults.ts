import { programRoles } from './program-roles.js';
import type { OwnerConnection } from './with-owner-connection.js';

/** Roles of ours that there are not, and those that this login may not act as. */
export async function findRoleFaults(connection: OwnerConnection): Promise<{ missing: string[]; refused: string[] }> {
  const { rows } = await connection.query<{ name: string; state: 'missing' | 'refused' | 'ok' }>(
    `SELECT name, CASE WHEN rolname IS NULL THEN 'missing' WHEN pg_has_role(current_user, oid, 'SET') THEN 'ok'
       ELSE 'refused' END AS state
     FROM unnest($1::text[]) AS name LEFT JOIN pg_roles ON rolname = name ORDER BY name`,
    [[...programRoles]],
  );
  const of = (wanted: string) => rows.filter(({ state }) => state === wanted).map(({ name }) => name);
  return { missing: of('missing'), refused: of('refused') };
}
