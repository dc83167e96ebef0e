import type { Disagreement } from './compare-lists.js';
import type { KnownDisagreement } from './known-disagreements.js';

/** What is known of a disagreement, on all of its days; undefined when nobody has looked into it. */
export function explain(
  { name, field, ours, theirs, days }: Disagreement,
  known: readonly KnownDisagreement[],
): KnownDisagreement | undefined {
  return known.find((entry) => {
    const pair = Object.hasOwn(entry.fields, field) ? entry.fields[field] : undefined;
    const isNamed = entry.names instanceof RegExp ? entry.names.test(name) : entry.names.includes(name);
    const isThen = days.every((day) => day >= (entry.from ?? '') && (entry.before === undefined || day < entry.before));
    return isNamed && isThen && pair?.[0] === ours && pair[1] === theirs;
  });
}
