import { expect, test } from 'vitest';
import { Problem } from '#core/problem.js';
import { CannotOpenError } from '#crypto/cannot-open-error.js';
import { HomeError } from '../master-key/home-error.js';
import { KeyManagementAwayError, KeyManagementRefusedError } from '../master-key/key-management-service.js';
import { FirstAccessError } from '../tenants/ensure-first-access.js';
import { describeFault } from './describe-fault.js';

class OwnError extends Error {}

test.each([
  new HomeError('The home is damaged.'),
  new KeyManagementAwayError('It does not answer.'),
  new KeyManagementRefusedError('It refuses.'),
  new FirstAccessError('There is nobody yet.'),
  new CannotOpenError(),
  new Problem('not-found', { detail: 'There is no such key.' }),
  new OwnError('Of this program alone.'),
])('a fault that people can mend is its sentence, whichever program tells it: %s', (error) => {
  expect(describeFault(error, [OwnError])).toBe(error.message);
});

test('a mistake of ours is told with its stack, and what is no error as it is', () => {
  const mistake = new OwnError('unforeseen');
  expect(describeFault(mistake, [])).toBe(mistake.stack);
  expect(describeFault('thrown', [])).toBe('thrown');
});
