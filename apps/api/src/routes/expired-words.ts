import { mostCounted } from '#domain/retention/count-expired-records.js';
import { keptTables, type RecordCounts } from '#domain/retention/kept-tables.js';

const names = {
  usageRecords: ['usage record', 'usage records'],
  reportedRows: ['row of reported usage', 'rows of reported usage'],
  probeRuns: ['probe run', 'probe runs'],
  unknownResults: ['result of an unknown kind', 'results of an unknown kind'],
} as const satisfies Record<keyof RecordCounts, readonly [string, string]>;

/** What would be deleted, such as `1,204 usage records`; empty for nothing. Counts end at 100,000. */
export function expiredWords(counts: RecordCounts): string[] {
  return keptTables
    .map(({ name }) => name)
    .filter((name) => counts[name] > 0)
    .map((name) => {
      const [one, many] = names[name];
      const count = counts[name].toLocaleString('en-US');
      return `${count}${counts[name] < mostCounted ? '' : ' or more'} ${counts[name] === 1 ? one : many}`;
    });
}
