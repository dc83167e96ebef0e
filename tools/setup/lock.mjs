import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** A lock without a process id is one that is being made, or was left by a death in that instant. */
const unnamedForMs = 5_000;

/**
 * Runs `work` while no other process does the same under this lock folder; waits for its turn.
 * The lock of a process that is gone is taken over.
 * @param {string} folder
 * @param {() => Promise<void>} work
 */
export async function withLock(folder, work) {
  let announced = false;
  while (!tryLock(folder)) {
    const holder = liveHolder(folder);
    if (holder === null) {
      rmSync(folder, { recursive: true, force: true });
      continue;
    }
    if (!announced) process.stdout.write(`  waiting for another set-up (process ${holder || '…'}) to finish\n`);
    announced = true;
    await sleep(200);
  }
  try {
    await work();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function tryLock(folder) {
  try {
    mkdirSync(folder);
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
  writeFileSync(join(folder, 'pid'), String(process.pid));
  return true;
}

/** The process id, 0 when it is not known yet, null when nobody is alive behind the lock. */
function liveHolder(folder) {
  try {
    const pid = Number(readFileSync(join(folder, 'pid'), 'utf8'));
    process.kill(pid, 0);
    return pid;
  } catch (error) {
    if (error.code === 'EPERM') return 0;
    if (error.code === 'ESRCH') return null;
  }
  const made = statSync(folder, { throwIfNoEntry: false });
  return made && Date.now() - made.mtimeMs < unnamedForMs ? 0 : null;
}
