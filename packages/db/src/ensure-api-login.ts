import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto';
import { escapeIdentifier, escapeLiteral } from 'pg';
import { apiRoles } from './api-roles.js';
import { programRoles } from './program-roles.js';
import { type OwnerConnection, withOwnerConnection } from './with-owner-connection.js';

/** Any number that no other program on this database locks. */
const loginLock = 5_001_202_614n;

export interface ApiLogin {
  name: string;
  password: string;
}

/** The login may do more than the api's should; nothing was changed. */
export class ApiLoginError extends Error {
  override readonly name = 'ApiLoginError';
}

/**
 * Makes a login that owns nothing and may act as no more than `apiRoles`, or gives the one that is there this password and
 * those roles: SQL that somebody smuggled into the api has no other rights to go back to. Of a migrated database. Idempotent, and
 * any number of processes may call it at once.
 * @param ownerUrl of a login that may create roles
 * @throws ApiLoginError, DatabaseUnreachableError
 */
export async function ensureApiLogin(ownerUrl: string, { name, password }: ApiLogin): Promise<void> {
  if (programRoles.some((role) => role === name)) throw new ApiLoginError(describe(name, ['is a role of the program']));
  const login = escapeIdentifier(name);
  // The server may log statements: it is told what it checks the password with, and not the password.
  const verifier = escapeLiteral(scramVerifier(password));
  await withOwnerConnection(ownerUrl, async (connection) => {
    await connection.query('BEGIN');
    await connection.query('SELECT pg_advisory_xact_lock($1)', [loginLock]);
    const verb = (await exists(connection, name)) ? 'ALTER' : 'CREATE';
    await connection.query(`${verb} ROLE ${login} LOGIN PASSWORD ${verifier}`);
    await connection.query(`GRANT ${apiRoles.join(', ')} TO ${login}`);
    // Whoever made the login by hand may have granted it.
    await connection.query(`REVOKE keyledger_purger FROM ${login}`);
    const powers = await listPowers(connection, name);
    // The connection is closed on it, which undoes everything.
    if (powers.length > 0) throw new ApiLoginError(describe(name, powers));
    await connection.query('COMMIT');
  });
}

async function exists(connection: OwnerConnection, name: string): Promise<boolean> {
  const { rows } = await connection.query('SELECT FROM pg_roles WHERE rolname = $1', [name]);
  return rows.length > 0;
}

/**
 * What a login may by itself, by a role that it is a member of, by a grant in this database (or one to everybody, to create), or
 * by owning something in any database of the server.
 */
async function listPowers(connection: OwnerConnection, name: string): Promise<string[]> {
  const { rows } = await connection.query<{ power: string }>(
    `WITH login AS (SELECT * FROM pg_roles WHERE rolname = $1)
     SELECT 'is the login of DATABASE_URL' AS power FROM login WHERE rolname = session_user
     UNION ALL SELECT 'has ' || power FROM login, LATERAL (VALUES (rolsuper, 'SUPERUSER'), (rolcreaterole, 'CREATEROLE'),
         (rolcreatedb, 'CREATEDB'), (rolreplication, 'REPLICATION'), (rolbypassrls, 'BYPASSRLS')) p(is_so, power) WHERE is_so
     UNION ALL SELECT 'is a member of ' || role.rolname FROM login JOIN pg_auth_members ON member = login.oid
       JOIN pg_roles role ON role.oid = roleid WHERE role.rolname <> ALL ($2)
     UNION ALL SELECT 'may create in the database or its schema public' FROM login
       WHERE has_database_privilege(oid, current_database(), 'CREATE') OR has_schema_privilege(oid, 'public', 'CREATE')
     UNION ALL SELECT 'may create in the schema ' || nspname FROM login, pg_namespace, LATERAL aclexplode(nspacl)
       WHERE nspname <> 'public' AND grantee = login.oid AND privilege_type = 'CREATE'
     UNION ALL SELECT 'was granted something besides roles' FROM login WHERE EXISTS (
       SELECT FROM pg_shdepend WHERE refclassid = 'pg_authid'::regclass AND refobjid = login.oid AND deptype = 'a'
         AND dbid IN (0, (SELECT oid FROM pg_database WHERE datname = current_database()))
         AND classid <> ALL (ARRAY['pg_database', 'pg_namespace']::regclass[]))
     UNION ALL SELECT 'owns something' FROM login WHERE EXISTS (
       SELECT FROM pg_shdepend WHERE refclassid = 'pg_authid'::regclass AND refobjid = login.oid AND deptype = 'o')`,
    [name, [...apiRoles]],
  );
  return rows.map(({ power }) => power);
}

function describe(name: string, powers: readonly string[]): string {
  return (
    `The login “${name}” may more than one that owns nothing: it ${powers.join(', ')}. Take that from it, or choose another ` +
    'name. Nothing was changed.'
  );
}

/** As in `pg_authid`: SCRAM-SHA-256 (RFC 5802 §3, RFC 7677) with Postgres' own number of rounds. */
function scramVerifier(password: string): string {
  const rounds = 4096;
  const salt = randomBytes(16);
  const salted = pbkdf2Sync(prepared(password), salt, rounds, 32, 'sha256');
  const keyed = (text: string) => createHmac('sha256', salted).update(text).digest();
  const storedKey = createHash('sha256').update(keyed('Client Key')).digest('base64');
  return `SCRAM-SHA-256$${rounds}:${salt.toString('base64')}$${storedKey}:${keyed('Server Key').toString('base64')}`;
}

/** One way to write each letter: SASLprep (RFC 4013 §2.1, §2.2), as far as the driver goes with the api's own. */
function prepared(password: string): string {
  return password.replaceAll(nonAsciiSpaces, ' ').replaceAll(mappedToNothing, '').normalize('NFKC');
}

/** RFC 3454 C.1.2. */
const nonAsciiSpaces = /[\u00A0\u1680\u2000-\u200B\u202F\u205F\u3000]/g;
/** RFC 3454 B.1: what nobody sees, such as a soft hyphen, or what makes a heart red. */
const mappedToNothing = /\u00AD|\u034F|\u1806|[\u180B-\u180D]|\u200C|\u200D|\u2060|[\uFE00-\uFE0F]|\uFEFF/g;
