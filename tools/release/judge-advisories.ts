import { z } from 'zod';
import type { Advisory } from './ask-audit.js';

/** An advisory that a version goes out with all the same. */
const exceptionSchema = z.strictObject({
  advisory: z.string().min(1),
  package: z.string().min(1),
  /** Why it does no harm here, for who reads the file in a year. */
  reason: z.string().trim().min(1, 'has to say why'),
  /** The last day that it holds, in UTC. */
  until: z.iso.date('has to be a day such as 2026-12-31'),
});

const longestDays = 366;
const msPerDay = 86_400_000;

/**
 * Which advisories nothing excuses, and what is wrong with the exceptions. One that is over, or that no advisory needs any
 * more, is a fault as well, so that the list says what is so today.
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
  const day = today.toISOString().slice(0, 10);
  const latest = new Date(today.getTime() + longestDays * msPerDay).toISOString().slice(0, 10);
  const find = ({ id, package: name }: Advisory) =>
    data.find((each) => each.advisory === id && each.package === name && each.until >= day);
  const isNeeded = (each: (typeof data)[number]) =>
    advisories.some(({ id, package: name }) => id === each.advisory && name === each.package);
  const named = data.map((each) => ({ ...each, called: `the exception for ${each.package}, ${each.advisory}` }));
  return {
    excused: advisories.flatMap((each) => {
      const found = find(each);
      return found ? [`${each.text}: ${found.reason} (until ${found.until})`] : [];
    }),
    faults: [
      ...advisories.filter((each) => !find(each)).map(({ text }) => text),
      ...named.filter(({ until }) => until < day).map(({ called, until }) => `${called}, ended on ${until}`),
      ...named.filter(({ until }) => until > latest).map(({ called }) => `${called}, is for longer than a year`),
      ...named.filter((each) => !isNeeded(each)).map(({ called }) => `${called}, is not needed any more`),
    ],
  };
}
