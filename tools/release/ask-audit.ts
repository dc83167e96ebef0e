import { execFile } from 'node:child_process';
import { z } from 'zod';

/** npm's own. */
const severities = ['critical', 'high', 'moderate', 'low', 'info'] as const;
export type Severity = (typeof severities)[number];

/** Something that is known against a version in the lock file. */
export interface Advisory {
  /** As its publisher calls it, such as `GHSA-…`; the end of its address. */
  id: string;
  package: string;
  severity: Severity;
  /** Package, versions, severity, title and address, for people. */
  text: string;
}

/** `unanswered`: nothing is known, which is not the same as nothing being wrong. */
export type AuditAnswer = { kind: 'answered'; advisories: Advisory[] } | { kind: 'unanswered'; reason: string };

const mostBytes = 64 * 1024 * 1024;
const withinMs = 5 * 60_000;

const report = z.object({
  auditReportVersion: z.number(),
  vulnerabilities: z.record(z.string(), z.object({ via: z.array(z.unknown()) })),
});
/** What a package is affected by another for is a name alone, and told there. */
const cause = z.object({
  name: z.string(),
  range: z.string(),
  severity: z.enum(severities),
  title: z.string(),
  url: z.string(),
});
const refusal = z.object({ message: z.string() });

/**
 * What is known against the packages of the lock file in `folder`, as `npm audit` asks it. The answer counts only when it
 * is a report: npm ends with the same status for a finding and for a registry that gave no answer.
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
  const affected = Object.values(data.vulnerabilities);
  const told = affected.flatMap(({ via }) => via.filter((each) => typeof each !== 'string'));
  const causes = told.flatMap((each) => cause.safeParse(each).data ?? []);
  // One that is not understood must not go out behind others that are, and may be excused.
  if (causes.length < told.length || (affected.length > 0 && causes.length === 0)) {
    return { kind: 'unanswered', reason: 'npm audit knows something, in words of which we can make nothing' };
  }
  const advisories = causes.map(({ name, range, severity, title, url }) => ({
    id: url.slice(url.lastIndexOf('/') + 1),
    package: name,
    severity,
    text: `${name} ${range}: ${severity}, ${title} (${url})`,
  }));
  return { kind: 'answered', advisories: [...new Map(advisories.map((each) => [each.text, each])).values()] };
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
