import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { writeBackup } from '#domain/backup/write-backup.js';
import { type Command, CommandError, UsageError } from '../command.js';
import { describeBytes } from '../describe-bytes.js';
import { describeCount } from '../describe-count.js';

export const backup: Command = {
  name: 'backup',
  summary: 'Write everything but the master key into one encrypted file',
  usage: [
    'FILE [--force]',
    '  --force  replace FILE if it is there',
    '',
    '  While api and worker go on. The file can be opened with the master key alone, which is not in it: keep a copy of the ' +
      'key elsewhere (docs/backup.md).',
  ].join('\n'),
  run: ({ print, withInstallation }, args) => {
    const { values, positionals } = parseArgs({
      args,
      options: { force: { type: 'boolean' } },
      allowPositionals: true,
    });
    const [file, ...others] = positionals;
    if (file === undefined || others.length > 0) throw new UsageError('Where to? Give one file.');
    return withInstallation(async (installation) => {
      const path = resolve(file);
      const written = await writeBackup(installation, {
        file: path,
        mayReplace: values.force === true,
        signal: interrupted(),
      });
      print(
        `${path}\n  ${describeBytes(written.bytes)}: ${describeCount(written.rows, 'row')} of ${describeCount(written.tenants, 'tenant')}\n` +
          `  opens with master key ${written.masterKeyId}, which is not in it`,
      );
      return 0;
    });
  },
};

/** At the first Ctrl-C, so that half a file is not left; the second ends the process. */
function interrupted(): AbortSignal {
  const controller = new AbortController();
  const abort = () => controller.abort(new CommandError('Interrupted: no backup was written.'));
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, abort);
  return controller.signal;
}
