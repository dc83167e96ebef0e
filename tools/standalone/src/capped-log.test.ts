import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openCappedLog } from './capped-log.js';

async function logPath(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'keyledger-log-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return join(folder, 'api.log');
}

test('a log keeps what fits, then one former file of the same size', async () => {
  const path = await logPath();
  const log = openCappedLog(path, 10);
  for (const line of ['one--\n', 'two\n', 'three\n', 'four-\n', 'five-\n']) log.write(line);
  log.close();
  expect(await readFile(path, 'utf8')).toBe('five-\n');
  expect(await readFile(`${path}.1`, 'utf8')).toBe('four-\n');
});

test('a log is continued by the next start, and only its owner reads it', async () => {
  const path = await logPath();
  for (const line of ['one\n', 'two\n']) {
    const log = openCappedLog(path, 100);
    log.write(line);
    log.close();
  }
  expect(await readFile(path, 'utf8')).toBe('one\ntwo\n');
  expect((await stat(path)).mode & 0o777).toBe(0o600);
});
