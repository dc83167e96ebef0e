import { expect, test } from 'vitest';
import { listenForStop } from './stop-request.js';

test('the end of the program that started us asks to stop, as a signal does', async () => {
  const source = { ppid: 17, on: () => source } as unknown as { ppid: number; on: NodeJS.Process['on'] };
  const stop = listenForStop(source);
  expect(stop.signal.aborted).toBe(false);
  source.ppid = 1;
  await stop.requested;
  expect(stop.signal.aborted).toBe(true);
});
