import { programRoles } from './program-roles.js';
import type { OwnerConnection } from './with-owner-connection.js';

const roles = `(${programRoles.map((role) => `'${role}'`).join(', ')})`;

/** Tables of ours that hold rows of tenants. A partition is reached through its parent alone, whose policies then hold. */
const tenantTables = `pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id' AND NOT a.attisdropped
  WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition`;

/**
 * Whether a table keeps rows of tenants apart, on its owner too: every policy by which the program may do something, given
 * to its role or to everybody, asks for the tenant, of what is there and of what is written. Each one lets in more.
 */
const keepsTenantsApart = `c.relrowsecurity AND c.relforcerowsecurity AND COALESCE((
      SELECT bool_and(pg_get_expr(p.polqual, p.polrelid) ~ 'current_tenant_id'
        AND pg_get_expr(p.polwithcheck, p.polrelid) ~ 'current_tenant_id')
      FROM pg_policy p WHERE p.polrelid = c.oid AND p.polpermissive
        AND p.polroles && ARRAY['keyledger_app'::regrole::oid, 0::oid]), false)`;

/**
 * What isolation between tenants stands on, as questions to the catalog of a migrated database: each lists what should
 * not be there. First column: `item`.
 */
export const catalogChecks = {
  /** Tables with a tenant whose rows are not kept apart. */
  'open-tables': `SELECT c.relname AS item FROM ${tenantTables} AND NOT (${keepsTenantsApart})`,
  /** The same of the table of tenants. */
  'open-tenant-table': `SELECT c.relname AS item FROM pg_class c WHERE c.oid = 'tenant'::regclass
    AND NOT (${keepsTenantsApart})`,
  /** Tables of which a deleted tenant's rows cannot be purged, or another tenant's can. */
  'unpurgeable-tables': `SELECT c.relname AS item FROM ${tenantTables}
    AND NOT (has_table_privilege('keyledger_purger', c.oid, 'DELETE') AND EXISTS (
      SELECT FROM pg_policy p WHERE p.polrelid = c.oid AND p.polroles = ARRAY['keyledger_purger'::regrole::oid]
        AND pg_get_expr(p.polqual, p.polrelid) ~ 'current_tenant_id.*EXISTS.*FROM tenant'))`,
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
