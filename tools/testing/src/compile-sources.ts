import { execFile } from 'node:child_process';
import { chmod, copyFile, cp, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../../', import.meta.url));

/**
 * The product as JavaScript in a temporary folder, for tests that need it in processes of their own (to kill them, or
 * to run them as someone else). Run scripts with that folder as the working directory. Types are not checked here.
 */
export async function compileSources(): Promise<{ folder: string; remove(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'keyledger-compiled-'));
  await chmod(folder, 0o755);
  const compile = ['--project', join(root, 'tsconfig.build.json'), '--outDir', join(folder, 'dist'), '--noCheck'];
  await promisify(execFile)(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), ...compile]);
  await copyFile(join(root, 'package.json'), join(folder, 'package.json'));
  await cp(join(root, 'prisma'), join(folder, 'dist/prisma'), { recursive: true });
  // Templates and what the browser gets are read at run time.
  await cp(join(root, 'apps'), join(folder, 'dist/apps'), { recursive: true, filter: (path) => !path.endsWith('.ts') });
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) };
}
