import { copyFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { billOfMaterials } from './bill-of-materials.js';
import { type Lock, type Manifest, supplyChainFaults } from './supply-chain-faults.js';

const checkout = fileURLToPath(new URL('../../', import.meta.url));
const read = async (name: string) => JSON.parse(await readFile(`${checkout}${name}`, 'utf8')) as unknown;
const manifest = (await read('package.json')) as Manifest;
const lock = (await read('package-lock.json')) as Lock;

test('every dependency is pinned and hashed, and every install script is decided on', () => {
  expect(supplyChainFaults(manifest, lock)).toEqual([]);
});

test('a range, a missing hash, and a script that nobody decided on are faults', () => {
  const hashed = { integrity: 'sha512-x' };
  const odd = {
    manifest: { dependencies: { a: '^1.0.0', b: '1.0.0' }, allowScripts: { gone: true } },
    lock: {
      packages: { '': {}, 'node_modules/a': hashed, 'node_modules/a/node_modules/@s/b': { hasInstallScript: true } },
    },
  };
  expect(supplyChainFaults(odd.manifest, odd.lock)).toEqual([
    'a: the version is a range',
    '@s/b: the lock has no hash of it',
    '@s/b: allowScripts does not say whether its install script may run',
    'gone: allowScripts names it, and it has no install script',
  ]);
});

interface Component {
  name: string;
  version: string;
  hashes?: { alg: string }[];
  properties?: { name: string; value: string }[];
}

test('the bill of materials is ours, whatever folder the checkout lies in', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'keyledger-bill-'));
  for (const name of ['package.json', 'package-lock.json']) await copyFile(`${checkout}${name}`, join(folder, name));
  const { metadata } = JSON.parse(await billOfMaterials(folder)) as { metadata: { component: { name: string } } };
  await rm(folder, { recursive: true });
  expect(metadata.component.name).toBe('keyledger');
});

test('the bill of materials names what production runs on with version and hash, and marks what only builds it', async () => {
  const { components } = JSON.parse(await billOfMaterials(checkout)) as { components: Component[] };
  const describe = (wanted: Record<string, string> = {}) =>
    Object.entries(wanted).map(([name, version]) => {
      const listed = components.find((component) => component.name === name && component.version === version);
      const isDevelopment = listed?.properties?.some((property) => property.name === 'cdx:npm:package:development');
      return { name, hash: listed?.hashes?.[0]?.alg, isDevelopment: isDevelopment === true };
    });
  const expected = (names: string[], isDevelopment: boolean) =>
    names.map((name) => ({ name, hash: 'SHA-512', isDevelopment }));
  const { dependencies = {}, devDependencies = {} } = manifest;
  expect(describe(dependencies)).toEqual(expected(Object.keys(dependencies), false));
  const tools = Object.fromEntries(
    Object.entries(devDependencies).filter(([name]) => ['vitest', 'oxlint'].includes(name)),
  );
  expect(describe(tools)).toEqual(expected(Object.keys(tools), true));
});
