import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { auditVerdictWords } from '#domain/audit/audit-verdict-words.js';
import { readAnchors, type TenantAnchor } from '#domain/audit/audit-anchor.js';
import { type TenantVerdict, unscopedVerifyAudits } from '#domain/audit/unscoped-verify-audits.js';
import { type Command, type CommandContext, CommandError, type ExitStatus } from '../command.js';
import { getTenantBySlug } from '../get-tenant-by-slug.js';
import type { Installation } from '../open-installation.js';

interface Options {
  tenant?: string | undefined;
  anchors?: string[] | undefined;
}

export const auditVerify: Command = {
  name: 'audit verify',
  summary: 'Check that nobody edited, removed or moved an audit event',
  usage: [
    '[--tenant SLUG] [--anchors FILE]…',
    '  --tenant   only this one; default all',
    '  --anchors  what AUDIT_ANCHOR_FILE, the log of workers, or an export in JSON lines has kept: without it, an end ' +
      'that was cut off does not show',
    '',
    '  Exit status 1 when a chain is not whole.',
  ].join('\n'),
  run: (context, args) => {
    const options = { tenant: { type: 'string' }, anchors: { type: 'string', multiple: true } } as const;
    const { values } = parseArgs({ args, options });
    return context.withInstallation((installation) => verify(context, installation, values));
  },
};

async function verify(
  { print, remark }: CommandContext,
  installation: Installation,
  { tenant, anchors: files = [] }: Options,
): Promise<ExitStatus> {
  const anchors = (await Promise.all(files.map(readAnchorFile))).flat();
  if (files.length === 0) remark('Without --anchors, an end that was cut off does not show.');
  const only = tenant === undefined ? undefined : (await getTenantBySlug(installation, tenant)).id;
  const verdicts = await unscopedVerifyAudits(installation, { anchors, only });
  for (const verdict of verdicts) print(describe(verdict));
  const faults = verdicts.filter(({ state }) => state !== 'whole' && state !== 'purged').length;
  const beside = files.length === 0 ? '' : `, beside ${anchors.length} anchors`;
  print(`${verdicts.length - faults} whole, ${faults} not${beside}`);
  return faults === 0 ? 0 : 1;
}

/** @throws CommandError for a file that cannot be read, or that has no anchors: then nothing would be compared */
async function readAnchorFile(file: string): Promise<TenantAnchor[]> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new CommandError(`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  });
  const anchors = readAnchors(text);
  if (anchors.length === 0) throw new CommandError(`${file} has no anchors: lines of JSON with tenantId, seq and mac.`);
  return anchors;
}

function describe({ tenantId, slug, state, verdict }: TenantVerdict): string {
  const name = (slug ?? tenantId).padEnd(20);
  if (state === 'purged') return `${name}  was purged, as the audit of “default” says`;
  if (state === 'gone') return `${name}  GONE: anchors tell of it, and no event says that it was purged`;
  if (!verdict) return `${name}  CANNOT BE VERIFIED: the key of its chain does not open`;
  const { head, faults, faultCount } = verdict;
  const { finding, before, others } = auditVerdictWords(verdict);
  if (before === '') return `${name}  ${finding}${head ? `; the last is ${head.mac.slice(0, 16)}…` : ''}`;
  const more = others.map((other) => `\n${''.padEnd(20)}  and ${other}`).join('');
  const rest = faultCount > faults.length ? `\n${''.padEnd(20)}  and ${faultCount - faults.length} more` : '';
  return `${name}  BROKEN: ${finding}; ${before}${more}${rest}`;
}
