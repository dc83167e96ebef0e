import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { environment } from './environment.mjs';
import { runStep } from './step.mjs';

/** True when `node_modules` is missing, or older than the lock file and different from it. */
export function dependenciesAreStale(root) {
  const lockFile = join(root, 'package-lock.json');
  // npm's own account of what it installed.
  const installedFile = join(root, 'node_modules/.package-lock.json');
  const installedAt = statSync(installedFile, { throwIfNoEntry: false })?.mtimeMs;
  if (installedAt === undefined) return true;
  return installedAt < statSync(lockFile).mtimeMs && !isInstalled(readPackages(lockFile), readPackages(installedFile));
}

/** `npm ci`, with the development tools whatever NODE_ENV says: building needs them. */
export async function installDependencies(root) {
  const args = ['ci', '--include=dev', '--no-audit', '--no-fund'];
  // Under `npm start`, the very npm that runs us.
  const npm = environment.npm_execpath;
  const isScript = npm !== undefined && /\.c?js$/.test(npm);
  await runStep({
    title: 'Installing dependencies',
    command: isScript ? process.execPath : 'npm',
    args: isScript ? [npm, ...args] : args,
    root,
  });
}

function readPackages(file) {
  return JSON.parse(readFileSync(file, 'utf8')).packages ?? {};
}

/** A git checkout gives the lock file a new time and the old content: no reason to install for minutes. */
function isInstalled(wanted, installed) {
  return Object.entries(wanted).every(
    ([path, entry]) =>
      path === '' ||
      (installed[path]
        ? installed[path].integrity === entry.integrity
        : entry.optional === true || entry.peer === true),
  );
}
