// `npm run release`: what has to hold before a version goes out, and the list of what it is made of.
import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { billOfMaterials } from './bill-of-materials.js';
import { type Lock, type Manifest, supplyChainFaults } from './supply-chain-faults.js';

const run = promisify(execFile);
const say = (text: string) => void process.stdout.write(`${text}\n`);
const readJson = async (path: string): Promise<unknown> => JSON.parse(await readFile(path, 'utf8'));

const manifest = (await readJson('package.json')) as Manifest & { version: string };
const faults = supplyChainFaults(manifest, (await readJson('package-lock.json')) as Lock);
if (faults.length > 0) {
  say(`Not released:\n${faults.map((fault) => `  - ${fault}`).join('\n')}`);
  process.exit(1);
}
say('Every dependency is pinned and hashed, every install script decided on.');

try {
  await run('npm', ['audit', '--audit-level', 'low']);
  say('npm audit: nothing known.');
} catch (error) {
  const { stdout, stderr } = error as { stdout?: string; stderr?: string };
  say(`Not released: npm audit found something, or could not ask.\n${stdout ?? ''}${stderr ?? ''}`);
  process.exit(1);
}

await mkdir('release', { recursive: true });
const file = `release/keyledger-${manifest.version}.cdx.json`;
await writeFile(file, await billOfMaterials('.'));
say(`Bill of materials: ${file}`);
