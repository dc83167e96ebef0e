import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { askAudit } from './ask-audit.js';

let folder: string;
let registry: Server;
/** How the registry answers the question for advisories. */
let answer: { status: number; body: string };

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keyledger-release-'));
  const packages = {
    '': { dependencies: { bird: '1.0.0' } },
    'node_modules/bird': { version: '1.0.0', integrity: `sha512-${'A'.repeat(86)}==` },
  };
  await writeFile(join(folder, 'package.json'), JSON.stringify({ name: 'nest', dependencies: { bird: '1.0.0' } }));
  await writeFile(join(folder, 'package-lock.json'), JSON.stringify({ name: 'nest', lockfileVersion: 3, packages }));
  registry = createServer((request, response) => {
    request.resume();
    const { status, body } = request.method === 'POST' ? answer : { status: 404, body: '{}' };
    response.writeHead(status, { 'content-type': 'application/json' }).end(body);
  });
  await new Promise<void>((resolve) => registry.listen(0, '127.0.0.1', resolve));
});
afterEach(async () => {
  registry.closeAllConnections();
  registry.close();
  await rm(folder, { recursive: true });
});

const ask = () => askAudit(folder, { registry: `http://127.0.0.1:${(registry.address() as AddressInfo).port}/` });

test('a registry that knows nothing against any package is the one clean answer', async () => {
  answer = { status: 200, body: '{}' };
  expect(await ask()).toEqual({ kind: 'clean' });
});

test('an advisory is told with package, versions, severity and where to read about it', async () => {
  const advisory = {
    id: 1,
    url: 'https://advisories.test/1',
    title: 'It sings',
    severity: 'low',
    vulnerable_versions: '<2.0.0',
  };
  answer = { status: 200, body: JSON.stringify({ bird: [advisory] }) };
  expect(await ask()).toEqual({
    kind: 'found',
    packages: [expect.stringMatching(/^bird .*: low, It sings \(https:\/\/advisories\.test\/1\)$/)],
  });
});

test.each([405, 404, 401])(
  'a registry that answers %s has told nothing, which does not pass as clean',
  async (status) => {
    answer = { status, body: '' };
    expect(await ask()).toEqual({ kind: 'unanswered', reason: expect.stringContaining(String(status)) });
  },
);

test('neither does one that answers with something else, nor a folder that npm cannot audit', async () => {
  answer = { status: 200, body: '<html>sign in</html>' };
  expect(await ask()).toMatchObject({ kind: 'unanswered' });
  await rm(join(folder, 'package-lock.json'));
  expect(await ask()).toMatchObject({ kind: 'unanswered', reason: expect.stringMatching(/lock/i) });
});
