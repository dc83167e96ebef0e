import { spawn } from 'node:child_process';
import { environment } from './environment.mjs';

/** A set-up step that failed; the message is for a terminal and holds the program's own output. */
export class SetupError extends Error {}

/**
 * Runs a program in the checkout, quietly: one line with the time it took, its output only when it failed.
 * @param {{ title: string, command: string, args: string[], root: string, env?: Record<string, string> }} step
 */
export async function runStep({ title, command, args, root, env }) {
  const startedAt = Date.now();
  process.stdout.write(`  ${title} …`);
  const { code, output } = await runToEnd(command, args, { cwd: root, env: { ...environment, ...env } });
  if (code !== 0) throw new SetupError(`\n${title} failed (${command} ${args.join(' ')}):\n${output.trim()}`);
  process.stdout.write(` ${((Date.now() - startedAt) / 1000).toFixed(1)} s\n`);
}

function runToEnd(command, args, options) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    child.stdout.on('data', (chunk) => (output += chunk));
    child.stderr.on('data', (chunk) => (output += chunk));
    child.once('error', (error) => resolve({ code: null, output: error.message }));
    child.once('close', (code) => resolve({ code, output }));
  });
}
