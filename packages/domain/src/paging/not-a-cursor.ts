import { Problem } from '#core/problem.js';

/** For an `after` that no page of the list has given out as its `next`. */
export function notACursor(): Problem {
  const detail = 'This is not a cursor of this list. Pass the `next` of an earlier page, unchanged.';
  return new Problem('invalid-request', { field: 'after', detail });
}
