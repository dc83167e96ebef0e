import { createHash } from 'node:crypto';
import { cpSync, existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { runStep } from './step.mjs';

const stampFile = 'dist/.made-from';
const sourceFolders = ['apps', 'packages', 'tools', 'bench', 'prisma/migrations'];
const settings = ['package.json', 'tsconfig.json', 'tsconfig.build.json'];

/** True when `dist` is missing or anything that goes into it was changed, added or removed since. */
export function buildIsStale(root) {
  try {
    return readFileSync(join(root, stampFile), 'utf8') !== digest(listInputs(root));
  } catch {
    return true;
  }
}

/** Compiles and copies beside `dist`, then swaps: what is running keeps a whole `dist`, and nothing old stays in it. */
export async function build(root) {
  const inputs = listInputs(root);
  // Before compiling: what changes meanwhile makes the next start build again.
  const madeFrom = digest(inputs);
  const [fresh, old] = ['dist.new', 'dist.old'].map((name) => join(root, name));
  rmSync(fresh, { recursive: true, force: true });
  await runStep({
    title: 'Building',
    command: process.execPath,
    args: [join(root, 'node_modules/typescript/bin/tsc'), '-p', 'tsconfig.build.json', '--outDir', 'dist.new'],
    root,
  });
  for (const path of inputs.filter((path) => isAsset(root, path))) cpSync(path, join(fresh, relative(root, path)));
  writeFileSync(join(fresh, '.made-from'), madeFrom);
  rmSync(old, { recursive: true, force: true });
  if (existsSync(join(root, 'dist'))) renameSync(join(root, 'dist'), old);
  renameSync(fresh, join(root, 'dist'));
  rmSync(old, { recursive: true, force: true });
}

/** Everything that is read at run time but not compiled: templates, the browser's files, migrations. */
function isAsset(root, path) {
  const segments = relative(root, path).split(sep);
  return segments.includes('public') || /\.(css|hbs|sql|toml)$/.test(path);
}

function listInputs(root) {
  const folders = sourceFolders.filter((folder) => existsSync(join(root, folder)));
  const files = folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && !/\.(test\.ts|md)$/.test(entry.name))
      .map((entry) => join(entry.parentPath, entry.name)),
  );
  return [...settings.map((file) => join(root, file)), ...files].sort((one, other) => (one < other ? -1 : 1));
}

/** Of names, sizes and times: reading every source at every start would cost more than the start. */
function digest(paths) {
  const hash = createHash('sha256');
  for (const path of paths) {
    const { size, mtimeMs } = statSync(path);
    hash.update(`${path} ${size} ${mtimeMs}\n`);
  }
  return hash.digest('hex');
}
