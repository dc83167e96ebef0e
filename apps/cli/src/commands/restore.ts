import { parseArgs } from 'node:util';
import { createLogger } from '#core/logger.js';
import { checkBackup, type CheckedBackup } from '#domain/backup/check-backup.js';
import { type RestoredBackup, restoreBackup } from '#domain/backup/restore-backup.js';
import { type Command, type CommandContext, CommandError, type ExitStatus, UsageError } from '../command.js';
import { describeCount } from '../describe-count.js';
import { withUnverifiedInstallation } from '../open-installation.js';

export const restore: Command = {
  name: 'restore',
  summary: 'Restore a backup into an empty installation',
  usage: [
    'FILE [--check]',
    '  --check  read and verify all of FILE, say what is in it, and write nothing',
    '',
    '  Into a database that holds nothing yet, before api or worker is started on it, with the master key that the backup ' +
      'was made under. Everything or nothing is restored (docs/backup.md).',
  ].join('\n'),
  run: (context, args) => {
    const { values, positionals } = parseArgs({
      args,
      options: { check: { type: 'boolean' } },
      allowPositionals: true,
    });
    const [file, ...others] = positionals;
    if (file === undefined || others.length > 0) throw new UsageError('Which backup? Give one file.');
    return context.withStoredData((environment, data) =>
      withUnverifiedInstallation(environment, data, async (installation) => {
        const logger = createLogger({ name: 'restore', level: 'silent' });
        if (values.check === true) {
          context.print(describeChecked(await checkBackup(installation, file)));
          return 0;
        }
        return tell(context, await restoreBackup({ ...installation, logger }, file).catch(explainRefusal));
      }),
    );
  },
};

/** SQLSTATE of what a login may not do. */
const insufficientPrivilege = '42501';

function explainRefusal(error: unknown): never {
  if (!(error instanceof Error && 'code' in error && error.code === insufficientPrivilege)) throw error;
  throw new CommandError(
    'Only the login that owns the database can restore into it, and that of DATABASE_URL does not. Nothing was written. With ' +
      'docker compose the worker has it: docker compose run --rm worker keyledger restore …',
    { cause: error },
  );
}

function describeChecked({ manifest, totals }: CheckedBackup): string {
  const rows = Object.values(totals).reduce((sum, count) => sum + count.rows, 0);
  const tables = Object.entries(totals)
    .filter(([, count]) => count.rows > 0)
    .map(([name, count]) => `  ${String(count.rows).padStart(12)}  ${name}`);
  return [
    `Whole. Made at ${manifest.createdAt} on PostgreSQL ${manifest.postgres}: ${describeCount(rows, 'row')} of ${describeCount(manifest.tenants, 'tenant')}`,
    ...tables,
    `  last migration: ${manifest.migrations.at(-1)?.name ?? 'none'}`,
  ].join('\n');
}

function tell({ print, program }: CommandContext, restored: RestoredBackup): ExitStatus {
  print(
    `Restored as of ${restored.createdAt.toISOString()}: ${describeCount(restored.rows, 'row')} of ${describeCount(restored.tenants, 'tenant')}, each as it was.\n` +
      'What was revoked, deleted or rotated since then is as it was before: see docs/backup.md.',
  );
  if (restored.brokenAudits.length === 0) return 0;
  print(
    `The audit chain of ${restored.brokenAudits.join(', ')} does not verify, and did not when the backup was made:\n` +
      `  ${program} audit verify`,
  );
  return 1;
}
