import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { startProcess } from './start-process.js';
import { createTerminal } from './terminal.js';

test('a secret in the words of a crash reaches neither the log file nor the terminal', async () => {
  const home = await mkdtemp(join(tmpdir(), 'keyledger-process-'));
  const script = join(home, 'crash.mjs');
  await mkdir(join(home, 'logs'));
  await writeFile(script, "console.error('lost sk-proj-abcdefghijklmnop'); setInterval(() => {}, 1000);");
  let shown = '';
  const terminal = createTerminal({ write: (text) => (shown += text) }, false);
  const started = startProcess({ name: 'api', script, env: {} }, home, terminal);
  onTestFinished(async () => {
    await started.stop(0);
    await rm(home, { recursive: true, force: true });
  });
  await vi.waitFor(() => expect(shown).toContain('lost'), 10_000);
  expect(shown + (await readFile(join(home, 'logs/api.log'), 'utf8'))).not.toContain('sk-proj');
});
