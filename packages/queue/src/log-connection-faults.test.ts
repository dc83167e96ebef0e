import { expect, test } from 'vitest';
import { createLogger } from '#core/logger.js';
import { logConnectionFaults } from './log-connection-faults.js';

test('a fault that repeats is logged once in 30 s, another one at once', () => {
  const lines: string[] = [];
  const logger = createLogger({ name: 'test', level: 'warn', destination: { write: (line) => void lines.push(line) } });
  let nowMs = 0;
  const log = logConnectionFaults(logger, () => nowMs);
  const refused = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
  const timesLogged = (atMs: number, error: Error) => {
    nowMs = atMs;
    lines.length = 0;
    log(error);
    return lines.length;
  };
  expect([0, 1, 29_999, 30_000, 30_001].map((atMs) => timesLogged(atMs, refused))).toEqual([1, 0, 0, 1, 0]);
  expect(timesLogged(30_002, new Error('closed'))).toBe(1);
});
