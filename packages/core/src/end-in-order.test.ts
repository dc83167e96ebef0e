import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { endInOrder } from './end-in-order.js';
import { createLogger } from './logger.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function start(close: () => Promise<void>, parent: { send?: unknown; connected?: boolean } = {}) {
  const lines: Record<string, unknown>[] = [];
  const statuses: number[] = [];
  const events = new EventEmitter();
  const process = Object.assign(events, { exit: (status: number) => void statuses.push(status) }, parent);
  const write = (line: string) => void lines.push(JSON.parse(line) as Record<string, unknown>);
  endInOrder(
    { logger: createLogger({ name: 'test', level: 'info', destination: { write } }), process },
    { close, withinMs: 1_000 },
  );
  const raise = (error: unknown) => events.emit('uncaughtException', error, 'unhandledRejection');
  return { lines, statuses, raise, emit: (event: string) => events.emit(event) };
}

const wait = () => vi.advanceTimersByTimeAsync(1);

test.each(['SIGTERM', 'SIGINT', 'disconnect'])(
  'at %s everything closes once, then the process ends with 0',
  async (reason) => {
    const close = vi.fn(() => Promise.resolve());
    const { lines, statuses, emit } = start(close);
    emit(reason);
    emit('SIGTERM');
    expect(statuses).toEqual([]);
    await wait();
    expect(statuses).toEqual([0]);
    expect(close).toHaveBeenCalledOnce();
    expect(lines).toMatchObject([{ level: 'info', reason }]);
  },
);

test('a parent that was gone before anybody listened ends it, and one that is there or that there never was does not', async () => {
  const parents = [{ send: () => true, connected: false }, { send: () => true, connected: true }, {}];
  const started = parents.map((parent) => start(() => Promise.resolve(), parent));
  await wait();
  expect(started.map(({ statuses }) => statuses)).toEqual([[0], [], []]);
});

test('a fault is one fatal line without a secret, then everything closes, then the process ends with 1', async () => {
  const close = vi.fn(() => Promise.resolve());
  const { lines, statuses, raise } = start(close);
  raise(new Error('no sk-proj-abcdefghijkl here'));
  raise(new Error('another, brought about by the first'));
  expect(statuses).toEqual([]);
  await wait();
  expect(statuses).toEqual([1]);
  expect(close).toHaveBeenCalledOnce();
  expect(lines).toMatchObject([
    { level: 'fatal', origin: 'unhandledRejection', err: { type: 'Error', message: 'no [redacted] here' } },
  ]);
});

test('a fault while it closes at a signal is told and makes it end with 1', async () => {
  const close = vi.fn(() => Promise.resolve());
  const { lines, statuses, emit, raise } = start(close);
  emit('SIGTERM');
  raise(new Error('meanwhile'));
  await wait();
  expect(statuses).toEqual([1]);
  expect(close).toHaveBeenCalledOnce();
  expect(lines).toMatchObject([{ level: 'info' }, { level: 'fatal', err: { message: 'meanwhile' } }]);
});

const never = () => new Promise<void>(() => {});
test.each([
  ['fails', 'a signal', () => Promise.reject(new Error('no')), 1],
  ['never ends', 'a signal', never, 0],
  ['fails', 'a fault', () => Promise.reject(new Error('no')), 1],
  ['never ends', 'a fault', never, 1],
])('closing that %s after %s keeps nothing alive', async (_, cause, close, status) => {
  const { statuses, emit, raise } = start(close);
  if (cause === 'a signal') emit('SIGTERM');
  else raise('not even an error');
  await vi.advanceTimersByTimeAsync(999);
  const early = [...statuses];
  await vi.advanceTimersByTimeAsync(1);
  expect(statuses[0]).toBe(status);
  expect(early).toEqual(close === never ? [] : [status]);
});
