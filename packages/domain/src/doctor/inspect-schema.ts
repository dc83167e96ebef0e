import { apiRoles } from '#db/api-roles.js';
import { compareMigrations } from '#db/compare-migrations.js';
import { type CatalogCheck, findCatalogFaults } from '#db/find-catalog-faults.js';
import { findGrantFaults } from '#db/find-grant-faults.js';
import { findRoleFaults } from '#db/find-role-faults.js';
import type { OwnerConnection } from '#db/with-owner-connection.js';
import type { Finding } from './finding.js';

const releasedFiles = 'Take the released version again; its files of migrations are never to be changed.';
const asMigrated =
  'Undo it by hand, as prisma/migrations has it. After a pg_restore: restore again with owners and privileges.';

/**
 * Migrations, roles, policies and grants.
 * @returns whether all tables and roles are there, without which nothing more can be asked
 */
export async function inspectSchema(
  connection: OwnerConnection,
): Promise<{ findings: Finding[]; isComplete: boolean }> {
  const { findings, areApplied } = await inspectMigrations(connection);
  const roles = await inspectRoles(connection);
  const isComplete = areApplied && roles.state === 'ok';
  const faults = isComplete ? await inspectCatalog(connection) : [];
  return { findings: [...findings, roles, ...faults], isComplete };
}

/** A grant that is not as released is told where nothing worse is to be said of the grants. */
async function inspectCatalog(connection: OwnerConnection): Promise<Finding[]> {
  const findings = describeFaults(await findCatalogFaults(connection));
  const others = await findGrantFaults(connection);
  const says = `Not as the migrations made them: ${others.join('; ')}.`;
  return findings.map((finding) =>
    finding.subject === 'Grants' && finding.state === 'ok' && others.length > 0
      ? { subject: 'Grants', state: 'fail', says, remedy: asMigrated }
      : finding,
  );
}

async function inspectMigrations(connection: OwnerConnection): Promise<{ findings: Finding[]; areApplied: boolean }> {
  const { applied, pending, unknown, edited } = await compareMigrations(connection);
  const fail = (says: string, remedy: string): Finding => ({ subject: 'Migrations', state: 'fail', says, remedy });
  const findings = [
    ...(unknown.length > 0
      ? [
          fail(
            `The database is newer: it has ${unknown.join(', ')}.`,
            'Use the version that made them, or a newer one.',
          ),
        ]
      : []),
    ...(edited.length > 0 ? [fail(`Changed after they were applied: ${edited.join(', ')}.`, releasedFiles)] : []),
    ...(pending.length > 0
      ? [
          fail(
            `${pending.length} not applied: ${pending.map(({ name }) => name).join(', ')}.`,
            'Start api, worker or npm start, which apply them.',
          ),
        ]
      : []),
  ];
  const ok: Finding = { subject: 'Migrations', state: 'ok', says: `all ${applied.length} applied, as released` };
  return { findings: findings.length > 0 ? findings : [ok], areApplied: pending.length === 0 };
}

async function inspectRoles(connection: OwnerConnection): Promise<Finding> {
  const { missing, refused } = await findRoleFaults(connection);
  const subject = 'Roles';
  if (missing.length > 0) {
    const remedy =
      'Start api or worker with a login that may create roles, or make them yourself (docs/operations.md).';
    return { subject, state: 'fail', says: `Not there: ${missing.join(', ')}.`, remedy };
  }
  if (apiRoles.some((role) => refused.includes(role))) {
    const says = `The login of DATABASE_URL may not act as ${refused.join(', ')}.`;
    return { subject, state: 'fail', says, remedy: `As an administrator: GRANT ${refused.join(', ')} TO <login>` };
  }
  const but = refused.length > 0 ? `, but for ${refused.join(', ')}: enough for the api, and not for a worker` : '';
  return { subject, state: 'ok', says: `all there, and the login may act as each${but}` };
}

/** Every check belongs to a line, and says what it means that something was found. */
const lines: readonly { subject: string; ok: string; checks: Partial<Record<CatalogCheck, string>> }[] = [
  {
    subject: 'Row security',
    ok: 'every table of tenants has it, forced on the owner too',
    checks: {
      'open-tables': 'Rows of tenants are not kept apart in',
      'open-tenant-table': 'A tenant may see others in',
      'views-of-owner': 'Read with its owner’s rights, not the reader’s, is',
      'other-tenant-function': 'Which tenant may be seen is said otherwise by',
      'unpurgeable-tables': 'Deleted tenants are not, or not safely, purged from',
    },
  },
  {
    subject: 'Grants',
    ok: 'as the migrations made them',
    checks: {
      'powerful-roles': 'Roles of the program may too much',
      'ways-around': 'Open to more than the program’s roles',
      'seen-by-queue': 'The queue’s role sees',
      'readable-secrets': 'Across tenants may be read',
      'alterable-records': 'What is append-only may be changed',
      'missing-grants': 'The program may not read',
    },
  },
];

function describeFaults(faults: ReadonlyMap<CatalogCheck, readonly string[]>): Finding[] {
  return lines.flatMap(({ subject, ok, checks }): Finding[] => {
    const found = Object.entries(checks).flatMap(([check, meaning]) => {
      const items = faults.get(check as CatalogCheck);
      return items ? [`${meaning}: ${items.join(', ')}.`] : [];
    });
    if (found.length === 0) return [{ subject, state: 'ok', says: ok }];
    return found.map((says) => ({ subject, state: 'fail', says, remedy: asMigrated }));
  });
}
