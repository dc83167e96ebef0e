import { Prisma } from '#db/rows.js';

/** What is summed, as columns of every table of sums, in this order. End users' hours have no `records`. */
const names = [
  'records',
  'requests',
  'input_tokens',
  'input_cached_tokens',
  'output_tokens',
  'cost_usd',
  'unpriced_requests',
  'estimated_requests',
] as const;

const list = (column: (name: (typeof names)[number]) => string) => Prisma.raw(names.map(column).join(', '));

export const sumColumns = list((name) => name);

/** For what is to be taken away. */
export const negativeSumColumns = list((name) => `-${name}`);

/** The same names, summed over a group. */
export const summedColumns = list((name) => `sum(${name}) AS ${name}`);

/** All but `records`, of the hours `h`. */
export const hourSumColumns = Prisma.raw(
  names
    .slice(1)
    .map((name) => `h.${name}`)
    .join(', '),
);
