import { link, readFile, rename, rm, unlink, writeFile } from 'node:fs/promises';
import { processIdentity } from './process-identity.js';

export type LockAttempt = { held: true; release: () => Promise<void> } | { held: false; heldByPid: number };

/**
 * Takes a lock file for this process. A lock whose process is gone (kill -9, power cut) is taken over, even when
 * another process has its id by now. The folder must exist.
 */
export async function holdLock(path: string): Promise<LockAttempt> {
  const claim = `${path}.${process.pid}`;
  const content = `${process.pid} ${(await processIdentity(process.pid)) ?? ''}\n`;
  await writeFile(claim, content, { mode: 0o600 });
  try {
    // A hard link appears with its content or not at all, so nobody ever reads half a lock.
    while (!(await linkIfAbsent(claim, path))) {
      const holder = await findLiveHolder(path);
      if (holder !== null) return { held: false, heldByPid: holder };
      await removeStale(path);
    }
    return { held: true, release: () => rm(path, { force: true }) };
  } finally {
    await rm(claim, { force: true });
  }
}

async function linkIfAbsent(claim: string, path: string): Promise<boolean> {
  try {
    await link(claim, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

async function findLiveHolder(path: string): Promise<number | null> {
  const content = await readFile(path, 'utf8').catch(() => '');
  const [pid, identity] = content.trim().split(/ (.*)/, 2);
  if (!pid || !identity) return null;
  return (await processIdentity(Number(pid))) === identity ? Number(pid) : null;
}

/** Moves the stale lock aside before deleting it: if someone replaced it in between, theirs is put back. */
async function removeStale(path: string): Promise<void> {
  const aside = `${path}.${process.pid}.stale`;
  try {
    await rename(path, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  if ((await findLiveHolder(aside)) !== null) await linkIfAbsent(aside, path);
  await unlink(aside);
}
