import { parseArgs } from 'node:util';
import { generateMasterKey, parseMasterKey } from '#crypto/master-key.js';
import { masterKeyFile, readHomeMasterKeys, writeHomeMasterKeys } from '#domain/master-key/home-master-key.js';
import { unscopedRewrapDataKeys } from '#domain/master-key/unscoped-rewrap-data-keys.js';
import { unscopedScanDataKeys } from '#domain/master-key/unscoped-count-data-keys.js';
import { type Command, type CommandContext, CommandError, type ExitStatus } from '../command.js';
import { describeCount } from '../describe-count.js';
import { describeMasterKeys } from '../describe-master-keys.js';
import type { Installation } from '../open-installation.js';
import { withRotationLock } from '../with-rotation-lock.js';

export const masterKeyRotate: Command = {
  name: 'master-key rotate',
  summary: 'Wrap every data key under the new master key, while api and worker go on',
  usage: [
    '',
    '',
    '  In the home of npm start, makes the new key itself, unless a rotation is under way, which it continues.',
    '  Elsewhere, first give every program the new key as MASTER_KEY and the old one as MASTER_KEY_PREVIOUS ' +
      '(docs/keys.md). Can be interrupted and repeated at any time.',
  ].join('\n'),
  run: (context, args) => {
    parseArgs({ args, options: {} });
    return context.withInstallation((installation) =>
      withRotationLock(installation.databaseUrl, () => rotate(context, installation)),
    );
  },
};

async function rotate(context: CommandContext, installation: Installation): Promise<ExitStatus> {
  const { print, remark } = context;
  const { ring, keyHome } = installation;
  if (ring.older.length === 0) await addNewKey(context, keyHome);
  const rewrapped = await unscopedRewrapDataKeys(installation, {
    onBatch: (done) => remark(`  ${describeCount(done, 'data key')} wrapped anew`),
  });
  const counts = await unscopedScanDataKeys(installation);
  print(`${describeCount(rewrapped, 'data key')} wrapped anew. Now:`);
  print(describeMasterKeys(ring, counts));
  if (counts.some(({ masterKeyId }) => masterKeyId !== ring.primary.id)) {
    print('\nA program still wraps with an older key: restart it with the new MASTER_KEY, then rotate again.');
    return 1;
  }
  print(
    `\n${nextStep(
      context,
      ring.older.map(({ id }) => id),
      keyHome,
    )}`,
  );
  return 0;
}

/** On disk before anything is wrapped with it, and the old one stays beside it. */
async function addNewKey({ remark, program }: CommandContext, keyHome: string | null): Promise<void> {
  if (keyHome === null) {
    throw new CommandError(
      `Only one master key is given, so there is nothing to rotate to. Make one (${program} master-key generate), ` +
        'give it to every program as MASTER_KEY and the present one as MASTER_KEY_PREVIOUS, then rotate. See docs/keys.md.',
    );
  }
  const present = await readHomeMasterKeys(keyHome);
  if (!present) throw new CommandError(`The master key file ${masterKeyFile(keyHome)} is gone: put your copy there.`);
  const fresh = generateMasterKey();
  await writeHomeMasterKeys(keyHome, [fresh, ...present]);
  remark(`The new master key ${parseMasterKey(fresh).id} is the first line of ${masterKeyFile(keyHome)}.`);
}

function nextStep({ program }: CommandContext, olderIds: readonly string[], keyHome: string | null): string {
  const removal = olderIds.map((id) => `${program} master-key remove --id ${id}`).join('\n  ');
  return keyHome === null
    ? 'Every data key is under the primary: start every program without MASTER_KEY_PREVIOUS. Keep the old key as long as\n' +
        'you keep backups of before.'
    : `Every data key is under the primary. Copy ${masterKeyFile(keyHome)} to where your backups are. The old key can be\n` +
        `removed; keep a copy as long as you keep backups of before:\n  ${removal}`;
}
