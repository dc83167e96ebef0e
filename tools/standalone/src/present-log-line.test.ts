import { expect, test } from 'vitest';
import { presentLogLine } from './present-log-line.js';

test('information goes to the log file only', () => {
  expect(presentLogLine('{"level":"info","msg":"listening"}')).toBeNull();
  expect(presentLogLine('')).toBeNull();
});

test('warnings and errors are shown as a sentence with their reason', () => {
  expect(presentLogLine('{"level":"warn","msg":"slow"}')).toBe('warn  slow');
  expect(presentLogLine('{"level":"error","msg":"failed","err":{"message":"no route"}}')).toBe(
    'error  failed: no route',
  );
});

test('what is no log entry, such as a crash, is shown as it is', () => {
  expect(presentLogLine('TypeError: x is undefined')).toBe('TypeError: x is undefined');
  expect(presentLogLine('42')).toBe('42');
});

test('a secret in a line does not reach the terminal', () => {
  expect(presentLogLine('crashed with sk-proj-abcdefghijkl')).toBe('crashed with [redacted]');
});
