import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { rotateDataKey } from '#domain/data-keys/rotate-data-key.js';
import { type Command, type CommandContext, type ExitStatus, UsageError } from '../command.js';
import { describeCount } from '../describe-count.js';
import { getTenantBySlug } from '../get-tenant-by-slug.js';
import type { Installation } from '../open-installation.js';
import { withRotationLock } from '../with-rotation-lock.js';

export const dataKeyRotate: Command = {
  name: 'data-key rotate',
  summary: 'Seal all secrets of a tenant with a new data key, while api and worker go on',
  usage: '--tenant SLUG\n  --tenant  whose data key\n\n  Can be interrupted and repeated at any time.',
  run: (context, args) => {
    const { tenant } = parseArgs({ args, options: { tenant: { type: 'string' } } }).values;
    if (tenant === undefined) throw new UsageError('Whose data key? Give --tenant.');
    return context.withInstallation((installation) =>
      withRotationLock(installation.databaseUrl, () => rotate(context, installation, tenant)),
    );
  },
};

async function rotate(
  { print, remark }: CommandContext,
  installation: Installation,
  slug: string,
): Promise<ExitStatus> {
  const { id } = await getTenantBySlug(installation, slug);
  const { dataKeyId, resumed, resealed, removed } = await rotateDataKey({ ...installation, sleep }, id, {
    onBatch: (done) => remark(`  ${done} sealed anew`),
    onWait: (ms) => remark(`  waiting ${ms / 1000} s for those who read the old key before it is removed`),
  });
  print(
    `${resumed ? 'The rotation that had begun is done' : 'Rotated'}: data key ${dataKeyId} seals the secrets of “${slug}”.\n` +
      `${resealed} sealed anew, ${describeCount(removed, 'old data key')} removed.`,
  );
  return 0;
}
