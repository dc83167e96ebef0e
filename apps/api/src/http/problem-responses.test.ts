import { DatabaseError } from 'pg';
import { expect, test } from 'vitest';
import { toProblem } from './problem-responses.js';

test.each([
  ['53100', 'The disk of the database is full.'],
  ['53300', 'The database does not answer.'],
  ['57P03', 'The database does not answer.'],
])(
  'what a database without room or answer says (%s) is a 503 with what is wrong, to be tried again',
  (code, detail) => {
    const fault = Object.assign(new DatabaseError('could not extend file "base/1/2"', 1, 'error'), { code });
    expect(toProblem(fault)).toMatchObject({
      code: 'unavailable',
      status: 503,
      detail,
      retryAfterSecs: 5,
      cause: fault,
    });
  },
);
