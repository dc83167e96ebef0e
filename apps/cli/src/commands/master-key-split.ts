import { parseArgs } from 'node:util';
import { splitMasterKey } from '#crypto/master-key-shares.js';
import { recordForInstallation } from '#domain/tenants/record-for-installation.js';
import { type Command, UsageError } from '../command.js';

export const masterKeySplit: Command = {
  name: 'master-key split',
  summary: 'Print shares of the primary master key, of which some give it back',
  usage: [
    '--shares N --threshold M',
    '  --shares     how many there are, for as many people',
    '  --threshold  how many of them give the key; fewer say nothing about it',
    '\n  They are shown this once. Hand each to one person, and write down how many it takes.',
  ].join('\n'),
  run: ({ print, remark, withInstallation }, args) => {
    const { values } = parseArgs({ args, options: { shares: { type: 'string' }, threshold: { type: 'string' } } });
    const [shares, threshold] = [wholeNumber('--shares', values.shares), wholeNumber('--threshold', values.threshold)];
    return withInstallation(async (installation) => {
      const { primary } = installation.ring;
      const lines = await splitMasterKey(primary, { shares, threshold });
      // Before they are shown: it is all the key there is.
      await recordForInstallation(installation, {
        action: 'master-key.split',
        subject: { kind: 'master-key', id: primary.id },
        after: { shares, threshold },
      });
      remark(`Shares of master key ${primary.id}, any ${threshold} of which give it:\n`);
      print(lines.join('\n'));
      return 0;
    });
  },
};

function wholeNumber(name: string, text: string | undefined): number {
  if (text === undefined || !/^\d{1,3}$/.test(text)) throw new UsageError(`${name}: a whole number is required.`);
  return Number(text);
}
