import { parseArgs } from 'node:util';
import { parseMasterKey } from '#crypto/master-key.js';
import { masterKeyFile, readHomeMasterKeys, writeHomeMasterKeys } from '#domain/master-key/home-master-key.js';
import { unscopedScanDataKeys } from '#domain/master-key/unscoped-count-data-keys.js';
import { type Command, type CommandContext, CommandError, type ExitStatus, UsageError } from '../command.js';
import { describeCount } from '../describe-count.js';
import type { Installation } from '../open-installation.js';
import { withRotationLock } from '../with-rotation-lock.js';

export const masterKeyRemove: Command = {
  name: 'master-key remove',
  summary: 'Remove an older master key from the home once no data key needs it',
  usage: '--id ID\n  --id  16 hex digits, as master-key status shows them',
  run: (context, args) => {
    const { id } = parseArgs({ args, options: { id: { type: 'string' } } }).values;
    if (id === undefined) throw new UsageError('Which key? Give --id.');
    return context.withInstallation((installation) =>
      withRotationLock(installation.databaseUrl, () => remove(context, installation, id)),
    );
  },
};

async function remove({ print, program }: CommandContext, installation: Installation, id: string): Promise<ExitStatus> {
  const { keyHome } = installation;
  if (keyHome === null) {
    throw new CommandError('The master keys are given: start every program without it, and it is removed.');
  }
  const texts = (await readHomeMasterKeys(keyHome)) ?? [];
  const rest = texts.filter((text) => parseMasterKey(text).id !== id);
  if (rest.length === texts.length) {
    throw new CommandError(
      `There is no master key ${id} in ${masterKeyFile(keyHome)}: ${program} master-key status lists them.`,
    );
  }
  const needing = (await unscopedScanDataKeys(installation)).find(({ masterKeyId }) => masterKeyId === id);
  if (needing || parseMasterKey(texts[0] ?? '').id === id) {
    throw new CommandError(
      `Master key ${id} is needed${needing ? ` by ${describeCount(needing.dataKeys, 'data key')}` : ', as it is the primary'}: rotate first.`,
    );
  }
  await writeHomeMasterKeys(keyHome, rest);
  print(`Master key ${id} is removed from ${masterKeyFile(keyHome)}. Backups of before still need it.`);
  return 0;
}
