import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

export interface Postmaster {
  pid: number;
  port: number;
  /** It accepts connections. */
  ready: boolean;
  /** The process is there and really is the server of this data: ids of dead servers go to other programs. */
  running: boolean;
}

export function postmasterFile(dataDir: string): string {
  return join(dataDir, 'postmaster.pid');
}

/** What `postmaster.pid` says (Postgres's miscadmin.h: line 1 process id, line 4 port, line 8 status). Null without one. */
export async function readPostmaster(dataDir: string): Promise<Postmaster | null> {
  const content = await readFile(postmasterFile(dataDir), 'utf8').catch(() => '');
  const lines = content.split('\n').map((line) => line.trim());
  const pid = Math.abs(Number(lines[0]));
  if (!Number.isSafeInteger(pid) || pid === 0) return null;
  return { pid, port: Number(lines[3]), ready: lines[7] === 'ready', running: await isServerOf(pid, dataDir) };
}

async function isServerOf(pid: number, dataDir: string): Promise<boolean> {
  const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(async () => {
    if (process.platform === 'linux') return '';
    const { stdout } = await promisify(execFile)('ps', ['-o', 'command=', '-p', String(pid)]).catch(() => ({
      stdout: '',
    }));
    return stdout;
  });
  return command.includes('postgres') && command.includes(dataDir);
}
