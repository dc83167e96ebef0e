import { programRoles } from './program-roles.js';
import type { OwnerConnection } from './with-owner-connection.js';

const roles = `(${programRoles.map((role) => `'${role}'`).join(', ')})`;

/** Tables of ours that hold rows of tenants. A partition is reached through its parent alone, whose policies then hold. */
const tenantTables = `pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id' AND NOT a.attisdropped
  WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition`;

const tenantFunction = `CREATE OR REPLACE FUNCTION public.current_tenant_id()
 RETURNS uuid
 LANGUAGE sql
 STABLE PARALLEL SAFE
RETURN (NULLIF(current_setting('keyledger.tenant_id'::text, true), ''::text))::uuid
`;

/** Expressions of policies as Postgres writes those that the migrations make; between words, one blank. */
const isOf = (column: string) => `(${column} = ( SELECT current_tenant_id() AS current_tenant_id))`;
const isPurgedOf = `(${isOf('tenant_id')} AND (EXISTS ( SELECT FROM tenant WHERE (tenant.id = current_tenant_id()))))`;
const isPurgedTenant = `(${isOf('id')} AND (status = 'deleted'::text) AND (purge_began_at IS NOT NULL))`;

/**
 * Whether a table has policies by which a role may do something, given to it or to everybody, and each says just this, of
 * what is there and of what is written: every policy lets in more.
 */
const allows = (role: string, { using, check }: { using: string; check: string }) => `COALESCE((
      SELECT bool_and((regexp_replace(pg_get_expr(p.polqual, p.polrelid), '\\s+', ' ', 'g') = $$${using}$$
        AND pg_get_expr(p.polwithcheck, p.polrelid) = $$${check}$$) IS TRUE)
      FROM pg_policy p WHERE p.polrelid = c.oid AND p.polpermissive
        AND p.polroles && ARRAY['${role}'::regrole::oid, 0::oid]), false)`;

/** Whether a table keeps rows of tenants apart, by this column, on its owner too. */
const keepsTenantsApart = (column: string) => `c.relrowsecurity AND c.relforcerowsecurity
    AND ${allows('keyledger_app', { using: isOf(column), check: isOf(column) })}`;

/**
 * What isolation between tenants stands on, as questions to the catalog of a migrated database: each lists what should
 * not be there. First column: `item`.
 */
export const catalogChecks = {
  /** Tables with a tenant whose rows are not kept apart. */
  'open-tables': `SELECT c.relname AS item FROM ${tenantTables} AND NOT (${keepsTenantsApart('tenant_id')})`,
  /** The same of the table of tenants. */
  'open-tenant-table': `SELECT c.relname AS item FROM pg_class c WHERE c.oid = 'tenant'::regclass
    AND NOT (${keepsTenantsApart('id')})`,
  /** Views that the program reads with the rights of their owner, whose policies then hold; materialized ones have none. */
  'views-of-owner': `SELECT c.relname AS item FROM pg_class c
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('v', 'm')
      AND EXISTS (SELECT FROM pg_roles r WHERE rolname IN ${roles} AND has_any_column_privilege(r.oid, c.oid, 'SELECT'))
      AND NOT EXISTS (SELECT FROM pg_options_to_table(c.reloptions)
        WHERE option_name = 'security_invoker' AND option_value::boolean)`,
  /** What tells policies the tenant of a transaction. */
  'other-tenant-function': `SELECT 'current_tenant_id()' AS item WHERE NOT EXISTS (
    SELECT FROM pg_proc p WHERE p.oid = to_regprocedure('public.current_tenant_id()')
      AND pg_get_functiondef(p.oid) = $$${tenantFunction}$$)`,
  /** Tables of which a deleted tenant's rows cannot be purged, or another tenant's can. */
  'unpurgeable-tables': `SELECT c.relname AS item FROM ${tenantTables}
    AND NOT (has_table_privilege('keyledger_purger', c.oid, 'DELETE')
      AND ${allows('keyledger_purger', { using: isPurgedOf, check: 'false' })})
    UNION SELECT c.relname FROM pg_class c WHERE c.oid = 'tenant'::regclass
      AND NOT ${allows('keyledger_purger', { using: isPurgedTenant, check: 'false' })}`,
  /** Roles of ours that may more than what they are granted, by themselves, by another role, or by owning something. */
  'powerful-roles': `SELECT rolname AS item FROM pg_roles WHERE rolname IN ${roles}
      AND (rolsuper OR rolbypassrls OR rolcanlogin OR rolcreatedb OR rolcreaterole OR rolreplication)
    UNION SELECT member::regrole::text FROM pg_auth_members
      WHERE member IN (SELECT oid FROM pg_roles WHERE rolname IN ${roles})
    UNION SELECT refobjid::regrole || ' owns ' || pg_describe_object(classid, objid, objsubid) FROM pg_shdepend
      WHERE deptype = 'o' AND refobjid IN (SELECT oid FROM pg_roles WHERE rolname IN ${roles})
        AND dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
        -- What BullMQ makes as it goes is in a schema of its own.
        AND NOT (refobjid = 'keyledger_queue'::regrole
          AND (pg_identify_object(classid, objid, objsubid)).schema IS NOT DISTINCT FROM 'bullmq')
    UNION SELECT rolname || ' makes tables' FROM pg_roles
      WHERE rolname IN ${roles} AND has_schema_privilege(oid, 'public', 'CREATE')`,
  /** Partitions with grants, which lead around their parent's policies, and whatever everybody may read or run. */
  'ways-around': `SELECT c.relname || ': ' || CASE g.grantee WHEN 0 THEN 'everybody' ELSE g.grantee::regrole::text END AS item
      FROM pg_class c, LATERAL aclexplode(c.relacl) g WHERE c.relnamespace = 'public'::regnamespace
      AND ((c.relispartition AND g.grantee <> c.relowner) OR g.grantee = 0)
    UNION SELECT proname || '()' FROM pg_proc
      WHERE pronamespace = 'public'::regnamespace AND prosecdef AND has_function_privilege('public', oid, 'EXECUTE')`,
  /** Tables of ours that the role of the queue sees. */
  'seen-by-queue': `SELECT relname AS item FROM pg_class WHERE relnamespace = 'public'::regnamespace
    AND relkind IN ('r', 'p', 'v', 'S') AND has_any_column_privilege('keyledger_queue', oid, 'SELECT, INSERT, UPDATE')`,
  /** Secrets, sealed or made of one, that a role reads which looks across tenants. */
  'readable-secrets': `SELECT relation || '.' || secret AS item FROM (VALUES ('provider_key', 'sealed_secret'),
      ('provider_key', 'fingerprint'), ('tenant_data_key', 'wrapped_key'), ('audit_key', 'sealed_key')) s(relation, secret)
    WHERE has_column_privilege('keyledger_unscoped', relation, secret, 'SELECT')`,
  /** Records that the program adds to and must not be able to change. */
  'alterable-records': `SELECT relation AS item FROM (VALUES ('audit_event'), ('ledger_entry'), ('cost_revision')) r(relation)
    WHERE has_any_column_privilege('keyledger_app', relation, 'UPDATE')
      OR has_table_privilege('keyledger_app', relation, 'DELETE, TRUNCATE')`,
  /** What the program needs and may not read, as after a restore without grants. */
  'missing-grants': `SELECT c.relname AS item FROM ${tenantTables}
      AND NOT has_any_column_privilege('keyledger_app', c.oid, 'SELECT')
    UNION SELECT relation FROM (VALUES ('tenant'), ('worker_heartbeat'), ('_prisma_migrations')) r(relation)
      WHERE NOT has_any_column_privilege('keyledger_unscoped', relation, 'SELECT')`,
} as const;

export type CatalogCheck = keyof typeof catalogChecks;

/** What each check lists; checks that list nothing are not in the answer. Of a migrated database with all of our roles. */
export async function findCatalogFaults(connection: OwnerConnection): Promise<Map<CatalogCheck, string[]>> {
  const faults = new Map<CatalogCheck, string[]>();
  for (const [check, sql] of Object.entries(catalogChecks)) {
    const { rows } = await connection.query<{ item: string }>(sql);
    if (rows.length > 0) faults.set(check as CatalogCheck, rows.map(({ item }) => item).toSorted());
  }
  return faults;
}
