// `npm run release`: what has to hold before a version goes out, and the list of what it is made of.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { askAudit } from './ask-audit.js';
import { billOfMaterials } from './bill-of-materials.js';
import { type Lock, type Manifest, supplyChainFaults } from './supply-chain-faults.js';

const say = (text: string) => void process.stdout.write(`${text}\n`);
const list = (items: readonly string[]) => items.map((item) => `  - ${item}`).join('\n');
const readJson = async (path: string): Promise<unknown> => JSON.parse(await readFile(path, 'utf8'));

/** 1: something is wrong with what we are made of; 2: whether something is could not be learned. */
function refuse(status: 1 | 2, why: string): never {
  say(`Not released: ${why}`);
  process.exit(status);
}

const { registry } = parseArgs({ options: { registry: { type: 'string' } } }).values;
const manifest = (await readJson('package.json')) as Manifest & { version: string };
const faults = supplyChainFaults(manifest, (await readJson('package-lock.json')) as Lock);
if (faults.length > 0) refuse(1, `the lock file.\n${list(faults)}`);
say('Every dependency is pinned and hashed, every install script decided on.');

const answer = await askAudit('.', { registry });
if (answer.kind === 'found') refuse(1, `npm audit knows something.\n${list(answer.packages)}`);
if (answer.kind === 'unanswered') {
  refuse(
    2,
    `the registry gave npm audit no answer, so nothing is known.\n  ${answer.reason}\n` +
      'Run it where a registry with an audit endpoint can be reached, or name one for this question alone:\n' +
      '  npm run release -- --registry https://…\n' +
      'It is sent the names and versions of the lock file. See CONTRIBUTING.md.',
  );
}
say('npm audit: nothing known.');

await mkdir('release', { recursive: true });
const file = `release/keyledger-${manifest.version}.cdx.json`;
await writeFile(file, await billOfMaterials('.'));
say(`Bill of materials: ${file}`);
