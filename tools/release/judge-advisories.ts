import { z } from 'zod';
import type { Advisory, Severity } from './ask-audit.js';

const day = z.iso.date('has to be a day such as 2026-12-31');

/** An advisory that a version goes out with all the same. */
const exceptionSchema = z.strictObject({
  advisory: z.string().min(1),
  package: z.string().min(1),
  /** Why it does no harm here, for who reads the file in a year. */
  reason: z.string().trim().min(1, 'has to say why'),
  /** The day from which the advisory was known, in UTC. */
  since: day,
  /** The last day that it holds, in UTC. */
  until: day,
});

/** Within how many days of being known a weakness is mended, as docs/security.md says. */
const mendedWithinDays: Record<Severity, number> = { critical: 7, high: 30, moderate: 90, low: 365, info: 365 };
const msPerDay = 86_400_000;

/**
 * Which advisories nothing excuses, and what is wrong with the exceptions. One that is over, lasts longer than its advisory
 * may be left, or that no advisory needs any more, is a fault as well, so that the list says what is so today.
 * @param exceptions what the file of them holds
 * @returns `excused`: each with its reason; `faults`: empty when a version may go out
 */
export function judgeAdvisories(
  advisories: readonly Advisory[],
  exceptions: unknown,
  today: Date,
): { excused: string[]; faults: string[] } {
  const { data, error } = z.array(exceptionSchema).safeParse(exceptions);
  if (!data)
    return { excused: [], faults: error.issues.map((each) => `exception ${each.path.join('.')}: ${each.message}`) };
  const todayIs = dayOf(today.getTime());
  const judged = data.map((each) => ({ each, faults: faultsOf(each, { advisories, today: todayIs }) }));
  const find = (advisory: Advisory) => data.find((each) => isFor(each, advisory) && each.until >= todayIs);
  return {
    excused: advisories.flatMap((each) => {
      const found = find(each);
      return found ? [`${each.text}: ${found.reason} (until ${found.until})`] : [];
    }),
    faults: [
      ...advisories.filter((each) => !find(each)).map(({ text }) => text),
      ...judged.flatMap(({ each, faults }) =>
        faults.map((fault) => `the exception for ${each.package}, ${each.advisory}, ${fault}`),
      ),
    ],
  };
}

type Exception = z.infer<typeof exceptionSchema>;

function faultsOf(
  exception: Exception,
  { advisories, today }: { advisories: readonly Advisory[]; today: string },
): string[] {
  const { since, until } = exception;
  const advisory = advisories.find((each) => isFor(exception, each));
  const faults = [];
  if (since > today) faults.push(`begins on ${since}, which is to come`);
  if (until < today) faults.push(`ended on ${until}`);
  if (!advisory) return [...faults, 'is not needed any more'];
  const days = mendedWithinDays[advisory.severity];
  const latest = dayOf(Date.parse(since) + days * msPerDay);
  if (until > latest) {
    faults.push(`is until ${until}, but what is ${advisory.severity} is mended within ${days} days, by ${latest}`);
  }
  return faults;
}

const isFor = (exception: Exception, { id, package: name }: Advisory) =>
  exception.advisory === id && exception.package === name;

const dayOf = (time: number) => new Date(time).toISOString().slice(0, 10);
