import { spawn } from 'node:child_process';

/**
 * Watches over a test server from outside: when this process goes away without a word (a killed test run), the server
 * is stopped at once and its folder removed. `dismiss` ends the watch.
 */
export function watchOverTestServer(pid: number, folder: string): { dismiss(): void } {
  // The shell waits for a line; the end of input without one means that we are gone.
  const watcher = spawn(
    '/bin/sh',
    ['-c', 'read _ || { kill -QUIT "$0"; sleep 1; rm -rf "$1"; }', String(pid), folder],
    {
      detached: true,
      stdio: ['pipe', 'ignore', 'ignore'],
    },
  );
  watcher.unref();
  watcher.on('error', () => undefined);
  watcher.stdin.on('error', () => undefined);
  return { dismiss: () => void watcher.stdin.end('done\n') };
}
