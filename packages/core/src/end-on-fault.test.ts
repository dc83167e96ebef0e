import { EventEmitter } from 'node:events';
import { expect, test, vi } from 'vitest';
import { endOnFault } from './end-on-fault.js';
import { createLogger } from './logger.js';

function start(close: () => Promise<void>) {
  const lines: string[] = [];
  const statuses: number[] = [];
  const faults = new EventEmitter();
  const process = Object.assign(faults, { exit: (status: number) => void statuses.push(status) });
  const logger = createLogger({ name: 'test', level: 'info', destination: { write: (line) => void lines.push(line) } });
  endOnFault({ logger, process }, { close, withinMs: 1_000 });
  return { lines, statuses, raise: (error: unknown) => faults.emit('uncaughtException', error, 'unhandledRejection') };
}

test('a fault is one fatal line without a secret, then everything closes, then the process ends with 1', async () => {
  let isClosed = false;
  const { lines, statuses, raise } = start(() => Promise.resolve(void (isClosed = true)));
  raise(new Error('no sk-proj-abcdefghijkl here'));
  raise(new Error('another, brought about by the first'));
  expect(statuses).toEqual([]);
  await vi.waitFor(() => expect(statuses).toEqual([1]));
  expect(isClosed).toBe(true);
  expect(lines).toHaveLength(1);
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({
    level: 'fatal',
    origin: 'unhandledRejection',
    err: { type: 'Error', message: 'no [redacted] here' },
  });
});

test.each([
  ['fails', () => Promise.reject(new Error('no'))],
  ['never ends', () => new Promise<void>(() => {})],
])('closing that %s keeps nothing alive', async (_, close) => {
  vi.useFakeTimers();
  const { statuses, raise } = start(close);
  raise('not even an error');
  await vi.advanceTimersByTimeAsync(1_000);
  vi.useRealTimers();
  expect(statuses[0]).toBe(1);
});
