import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { askAudit } from './ask-audit.js';
import { billOfMaterials } from './bill-of-materials.js';
import { judgeAdvisories } from './judge-advisories.js';
import { type Lock, type Manifest, supplyChainFaults } from './supply-chain-faults.js';

/** Beside package.json. */
const exceptionsFile = 'tools/release/audit-exceptions.json';

/** 1: something is wrong with what we are made of; 2: whether something is could not be learned. */
class Refusal extends Error {
  constructor(
    readonly status: 1 | 2,
    message: string,
  ) {
    super(message);
  }
}

interface ReleaseOptions {
  /** Of the checkout. */
  folder: string;
  /** Whom to ask for advisories; default is npm's own setting. */
  registry?: string | undefined;
  today: Date;
  say: (text: string) => void;
}

/**
 * What has to hold before a version goes out, and the list of what it is made of: `release/keyledger-VERSION.cdx.json`.
 * @returns exit status: 0, or that of a `Refusal`
 */
export async function release(options: ReleaseOptions): Promise<0 | 1 | 2> {
  try {
    await prepare(options);
    return 0;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    options.say(`Not released: ${error.message}`);
    return error.status;
  }
}

async function prepare({ folder, registry, today, say }: ReleaseOptions): Promise<void> {
  const readJson = async (path: string): Promise<unknown> => JSON.parse(await readFile(join(folder, path), 'utf8'));
  const manifest = (await readJson('package.json')) as Manifest & { version: string };
  const faults = supplyChainFaults(manifest, (await readJson('package-lock.json')) as Lock);
  if (faults.length > 0) throw new Refusal(1, `the lock file.\n${list(faults)}`);
  say('Every dependency is pinned and hashed, every install script decided on.');

  const answer = await askAudit(folder, { registry });
  if (answer.kind === 'unanswered') throw new Refusal(2, unanswered(answer.reason));
  const judged = judgeAdvisories(answer.advisories, await readJson(exceptionsFile), today);
  if (judged.faults.length > 0) throw new Refusal(1, `npm audit and ${exceptionsFile}.\n${list(judged.faults)}`);
  say(judged.excused.length > 0 ? `npm audit: excused.\n${list(judged.excused)}` : 'npm audit: nothing known.');

  await mkdir(join(folder, 'release'), { recursive: true });
  const file = `release/keyledger-${manifest.version}.cdx.json`;
  await writeFile(join(folder, file), await billOfMaterials(folder));
  say(`Bill of materials: ${file}`);
}

const list = (items: readonly string[]) => items.map((item) => `  - ${item}`).join('\n');

const unanswered = (reason: string) =>
  `the registry gave npm audit no answer, so nothing is known.\n  ${reason}\n` +
  'Run it where a registry with an audit endpoint can be reached, or name one for this question alone:\n' +
  '  npm run release -- --registry https://…\n' +
  'It is sent the names and versions of the lock file. See CONTRIBUTING.md.';
