import { expect, test } from 'vitest';
import { presentLogLine } from './present-log-line.js';

test('information goes to the log file only', () => {
  expect(presentLogLine('{"level":"info","msg":"listening"}', 'stdout')).toBeNull();
  expect(presentLogLine('', 'stderr')).toBeNull();
});

test('warnings and errors are shown as a sentence with their reason', () => {
  expect(presentLogLine('{"level":"warn","msg":"slow"}', 'stdout')).toBe('warn  slow');
  expect(presentLogLine('{"level":"error","msg":"failed","err":{"message":"no route"}}', 'stdout')).toBe(
    'error  failed: no route',
  );
  const failedImport = '{"level":"warn","code":"refused","reason":"Incorrect API key provided","msg":"import failed"}';
  expect(presentLogLine(failedImport, 'stdout')).toBe('warn  import failed: Incorrect API key provided');
});

test('a security event is shown with which one it is', () => {
  const line = '{"level":"warn","securityEvent":"sign-in-refused","code":"unauthorized","msg":"security event"}';
  expect(presentLogLine(line, 'stdout')).toBe('warn  security event: sign-in-refused');
});

test('of what the database client says over several lines, with source code, the reason is shown', () => {
  const message =
    '\nInvalid `deps.db.workerHeartbeat.findMany()` invocation in\n/srv/unscoped-worker-health.ts:21:55\n\n' +
    '  20   const now = deps.clock.now();\n→ 21   const rows = await deps.db.workerHeartbeat.findMany(\nCan’t reach database server';
  const line = JSON.stringify({ level: 'warn', msg: 'readiness: worker heartbeat failed', err: { message } });
  expect(presentLogLine(line, 'stdout')).toBe('warn  readiness: worker heartbeat failed: Can’t reach database server');
});

test('what is no log entry is shown as it is if it went to standard error, such as a crash', () => {
  expect(presentLogLine('listening', 'stdout')).toBeNull();
  expect(presentLogLine('TypeError: x is undefined', 'stderr')).toBe('TypeError: x is undefined');
  expect(presentLogLine('42', 'stderr')).toBe('42');
});

test('a secret in a line does not reach the terminal', () => {
  expect(presentLogLine('crashed with sk-proj-abcdefghijkl', 'stderr')).toBe('crashed with [redacted]');
});

test('words of a stranger in an entry or a crash move no cursor and hide nothing', () => {
  const evil = 'gone\u001b[2J\u001b]0;title\u0007\u009b8m\r\u202e';
  const shown = String.raw`gone\u001b[2J\u001b]0;title\u0007\u009b8m\u000d\u202e`;
  expect(presentLogLine(JSON.stringify({ level: 'warn', msg: 'failed', reason: evil }), 'stdout')).toBe(
    `warn  failed: ${shown}`,
  );
  expect(presentLogLine(evil, 'stderr')).toBe(shown);
});
