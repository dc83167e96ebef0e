import { execFile } from 'node:child_process';
import { z } from 'zod';

/** `unanswered`: nothing is known, which is not the same as nothing being wrong. */
export type AuditAnswer =
  | { kind: 'clean' }
  | { kind: 'found'; packages: string[] }
  | { kind: 'unanswered'; reason: string };

const mostBytes = 64 * 1024 * 1024;
const withinMs = 5 * 60_000;

const report = z.object({
  auditReportVersion: z.number(),
  vulnerabilities: z.record(
    z.string(),
    z.object({ severity: z.string(), range: z.string(), via: z.array(z.unknown()) }),
  ),
});
const refusal = z.object({ message: z.string() });

/**
 * Whether anything is known against a package of the lock file in `folder`, as `npm audit` asks it. The answer counts
 * only when it is a report: npm ends with the same status for a finding and for a registry that gave no answer.
 * @param registry the one to ask; default is npm's own setting
 */
export async function askAudit(
  folder: string,
  { registry }: { registry?: string | undefined } = {},
): Promise<AuditAnswer> {
  const from = registry === undefined ? [] : ['--registry', registry];
  const { said, fault } = await npm(folder, ['audit', '--json', '--package-lock-only', ...from]);
  const json = parse(said);
  const { data } = report.safeParse(json);
  if (!data) return { kind: 'unanswered', reason: refusal.safeParse(json).data?.message ?? fault };
  const packages = Object.entries(data.vulnerabilities).map(
    ([name, { severity, range, via }]) => `${name} ${range}: ${severity}${titles(via)}`,
  );
  return packages.length > 0 ? { kind: 'found', packages } : { kind: 'clean' };
}

function npm(folder: string, args: string[]): Promise<{ said: string; fault: string }> {
  return new Promise((resolve) => {
    execFile('npm', args, { cwd: folder, maxBuffer: mostBytes, timeout: withinMs }, (error, stdout, stderr) => {
      resolve({ said: stdout, fault: stderr.trim() || (error?.message ?? 'npm audit said nothing that is a report') });
    });
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Of advisories; what a package is affected by another for is a name alone, and listed there. */
function titles(via: readonly unknown[]): string {
  const told = via.flatMap((each) => z.object({ title: z.string(), url: z.string() }).safeParse(each).data ?? []);
  return told.map(({ title, url }) => `, ${title} (${url})`).join('');
}
