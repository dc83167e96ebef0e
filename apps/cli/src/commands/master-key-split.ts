import { parseArgs } from 'node:util';
import { splitMasterKey } from '#crypto/master-key-shares.js';
import { withTenant } from '#db/with-tenant.js';
import { recordAudit } from '#domain/audit/record-audit.js';
import { findPlatformTenantId } from '#domain/tenants/record-tenant-change.js';
import { type Command, UsageError } from '../command.js';
import type { Installation } from '../open-installation.js';

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
      const lines = await splitMasterKey(installation.ring.primary, { shares, threshold });
      await writeDown(installation, { shares, threshold });
      remark(`Shares of master key ${installation.ring.primary.id}, any ${threshold} of which give it:\n`);
      print(lines.join('\n'));
      return 0;
    });
  },
};

function wholeNumber(name: string, text: string | undefined): number {
  if (text === undefined || !/^\d{1,3}$/.test(text)) throw new UsageError(`${name}: a whole number is required.`);
  return Number(text);
}

/** Before they are shown: it is all the key there is. In the platform's chain, as it is everybody's. */
async function writeDown(installation: Installation, after: { shares: number; threshold: number }): Promise<void> {
  const platformId = await findPlatformTenantId(installation);
  if (platformId === null) return;
  await withTenant(installation.db, platformId, (tx) =>
    recordAudit(tx, installation, platformId, {
      action: 'master-key.split',
      subject: { kind: 'master-key', id: installation.ring.primary.id },
      after,
    }),
  );
}
