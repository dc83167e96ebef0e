import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import './check-node.mjs';

const { dependenciesAreStale, installDependencies } = await import('./ensure-dependencies.mjs');
const { generatedIsStale, generate } = await import('./ensure-generated.mjs');
const { buildIsStale, build } = await import('./ensure-built.mjs');
const { withLock } = await import('./lock.mjs');
const { SetupError } = await import('./step.mjs');

export const checkout = resolve(fileURLToPath(import.meta.url), '../../..');

/** In this order: each needs the one before. */
const steps = [
  { isStale: dependenciesAreStale, make: installDependencies },
  { isStale: generatedIsStale, make: generate },
  { isStale: buildIsStale, make: build },
];

/**
 * Makes the checkout ready to run: installs, generates and builds what is missing or stale. Says one line per step
 * done, and nothing when there is nothing to do. Any number of processes may call it at once.
 * @throws SetupError with the failing program's output
 */
export async function ensureReady(root = checkout) {
  if (!steps.some(({ isStale }) => isStale(root))) return;
  try {
    await withLock(join(root, '.setup-lock'), async () => {
      for (const { isStale, make } of steps) if (isStale(root)) await make(root);
    });
  } catch (error) {
    if (!['EACCES', 'EPERM', 'EROFS'].includes(error.code)) throw error;
    throw new SetupError(`Cannot write to ${root} (${error.code}), and it has to be set up first: make it writable.`);
  }
}

/** `ensureReady` for a command line: a fault is a message and exit status 1, without a stack. */
export async function ensureReadyOrExit() {
  try {
    await ensureReady();
  } catch (error) {
    process.stderr.write(`${error instanceof SetupError ? error.message : error.stack}\n`);
    process.exit(1);
  }
}

if (process.argv[1] && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) await ensureReadyOrExit();
