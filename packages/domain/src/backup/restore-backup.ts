import { basename } from 'node:path';
import type { Logger } from '#core/logger.js';
import type { Database } from '#db/database.js';
import { migrate } from '#db/migrate.js';
import { listMigrationsOnDisk } from '#db/migrations-on-disk.js';
import { type OwnerConnection, withOwnerConnection } from '#db/with-owner-connection.js';
import type { AuditDeps } from '../audit/record-audit.js';
import { unscopedVerifyAudits } from '../audit/unscoped-verify-audits.js';
import { unscopedEnsurePartitions } from '../operations/unscoped-ensure-partitions.js';
import { recordForInstallation } from '../tenants/record-for-installation.js';
import { BackupError } from './backup-error.js';
import { type BackupManifest, wholeInstallation } from './backup-format.js';
import { checkBackup } from './check-backup.js';
import { fillDatabase } from './fill-database.js';
import { notEmpty } from './not-empty.js';

export interface RestoredBackup {
  createdAt: Date;
  tenants: number;
  rows: number;
  /** Slugs of tenants whose audit chain does not verify; it was so when the backup was made. */
  brokenAudits: string[];
}

type RestoreDeps = AuditDeps & { db: Database; databaseUrl: string; logger: Logger };

/**
 * Restores a backup into a database that holds nothing yet, which is migrated first if it never was. All of the file is
 * read and verified before anything is written; then everything is written in one transaction, which ends only when the
 * database counts and sums up the same rows as the one that the backup was made from.
 * @throws BackupError, DatabaseUnreachableError
 */
export async function restoreBackup(deps: RestoreDeps, file: string): Promise<RestoredBackup> {
  const { manifest, totals } = await checkBackup(deps, file);
  await assertSameMigrations(manifest);
  await withOwnerConnection(deps.databaseUrl, assertNoTenants);
  await migrate(deps.databaseUrl, deps);
  await withOwnerConnection(deps.databaseUrl, (connection) => fillDatabase(deps, connection, file));
  await unscopedEnsurePartitions(deps);
  const verdicts = await unscopedVerifyAudits(deps, { anchors: [] });
  const brokenAudits = verdicts.flatMap(({ state, slug }) => (state === 'whole' ? [] : (slug ?? [])));
  await recordForInstallation(deps, {
    action: 'installation.restore',
    subject: wholeInstallation,
    after: { file: basename(file), madeAt: manifest.createdAt },
  });
  const rows = Object.values(totals).reduce((sum, count) => sum + count.rows, 0);
  return { createdAt: new Date(manifest.createdAt), tenants: manifest.tenants, rows, brokenAudits };
}

/** @throws BackupError that names the version to use */
async function assertSameMigrations({ migrations }: BackupManifest): Promise<void> {
  const ours = new Map((await listMigrationsOnDisk()).map(({ name, checksum }) => [name, checksum]));
  const theirs = new Set(migrations.map(({ name }) => name));
  const unknown = migrations.find(({ name }) => !ours.has(name));
  if (unknown) {
    throw new BackupError(
      `The backup was made by a newer version, with migration ${unknown.name}: restore it with that version.`,
    );
  }
  const missing = [...ours.keys()].find((name) => !theirs.has(name));
  if (missing !== undefined) {
    throw new BackupError(
      `The backup was made by an older version, without migration ${missing}: restore it with that version, then start this one.`,
    );
  }
  const edited = migrations.find(({ name, checksum }) => ours.get(name) !== checksum);
  if (edited) throw new BackupError(`Migration ${edited.name} is not the one that the backup was made with.`);
}

/** Before a database that is in use is even migrated. */
async function assertNoTenants(connection: OwnerConnection): Promise<void> {
  const { rows } = await connection.query<{ found: string | null }>(`SELECT to_regclass('public.tenant') AS found`);
  if (!rows[0]?.found) return;
  // The owner may be one from whom row-level security hides them.
  await connection.query('SET ROLE keyledger_unscoped');
  const { rows: tenants } = await connection.query<{ slug: string }>(
    'SELECT slug FROM tenant ORDER BY created_at LIMIT 1',
  );
  if (tenants[0]) throw notEmpty(`tenant ${tenants[0].slug}`);
}
