import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { createGunzip } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { release } from './release.js';

/** npm's: the versions of each package in, what is known against them out. */
const bulk = 'POST /-/npm/v1/security/advisories/bulk';
const advisory = {
  id: 1_100_001,
  url: 'https://advisories.test/GHSA-aaaa-bbbb-cccc',
  title: 'It sings',
  severity: 'low',
  vulnerable_versions: '<2.0.0',
  cwe: ['CWE-79'],
  cvss: { score: 3.1, vectorString: 'CVSS:3.1/AV:N/AC:H/PR:N/UI:R/S:U/C:L/I:N/A:N' },
};
const known = 'bird <2.0.0: low, It sings (https://advisories.test/GHSA-aaaa-bbbb-cccc)';
const exception = {
  advisory: 'GHSA-aaaa-bbbb-cccc',
  package: 'bird',
  reason: 'Nobody hears it',
  since: '2026-11-01',
  until: '2026-12-01',
};

let folder: string;
let registry: Server;
/** How the registry answers the question for advisories; what it was asked. */
let answer: { status: number; body: string };
let asked: unknown[];
let said: string[];

beforeEach(async () => {
  [asked, said] = [[], []];
  folder = await mkdtemp(join(tmpdir(), 'keyledger-release-'));
  const integrity = `sha512-${'A'.repeat(86)}==`;
  const packages = {
    '': { name: 'nest', version: '1.2.3', dependencies: { bird: '1.0.0', tree: '1.0.0' } },
    'node_modules/bird': { version: '1.0.0', integrity },
    'node_modules/tree': { version: '1.0.0', integrity, dependencies: { bird: '^1.0.0' } },
  };
  await write('package.json', { name: 'nest', version: '1.2.3', dependencies: { bird: '1.0.0', tree: '1.0.0' } });
  await write('package-lock.json', { name: 'nest', version: '1.2.3', lockfileVersion: 3, packages });
  await mkdir(join(folder, 'tools/release'), { recursive: true });
  await write('tools/release/audit-exceptions.json', []);
  registry = createServer((request, response) => void tell(request, response));
  await new Promise<void>((resolve) => registry.listen(0, '127.0.0.1', resolve));
});
afterEach(async () => {
  registry.closeAllConnections();
  registry.close();
  await rm(folder, { recursive: true });
});

async function tell(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const isBulk = `${request.method} ${request.url}` === bulk;
  if (isBulk) asked.push(JSON.parse(await text(request.pipe(createGunzip()))));
  const { status, body } = isBulk || answer.status !== 200 ? answer : { status: 404, body: '{}' };
  response.writeHead(status, { 'content-type': 'application/json' }).end(body);
}

const write = (name: string, content: unknown) => writeFile(join(folder, name), JSON.stringify(content));
const except = (...exceptions: unknown[]) => write('tools/release/audit-exceptions.json', exceptions);
const bill = () => join(folder, 'release/keyledger-1.2.3.cdx.json');

/** Exit status, what was said last, and whether a bill of materials was left. */
async function run(): Promise<{ status: number; last: string; hasBill: boolean }> {
  const url = `http://127.0.0.1:${(registry.address() as AddressInfo).port}/`;
  const today = new Date('2026-11-21T12:00:00Z');
  const status = await release({ folder, registry: url, today, say: (line) => said.push(line) });
  return { status, last: said.at(-1) ?? '', hasBill: existsSync(bill()) };
}

test('clean: every version was asked about, nothing is known, and the bill of materials is written', async () => {
  answer = { status: 200, body: '{}' };
  expect(await run()).toEqual({
    status: 0,
    last: 'Bill of materials: release/keyledger-1.2.3.cdx.json',
    hasBill: true,
  });
  expect(asked).toEqual([{ bird: ['1.0.0'], tree: ['1.0.0'] }]);
  expect(said).toContain('npm audit: nothing known.');
  expect(JSON.parse(await readFile(bill(), 'utf8'))).toMatchObject({ bomFormat: 'CycloneDX' });
});

test('vulnerable: refused, once for each advisory, with versions, severity and where to read about it', async () => {
  answer = { status: 200, body: JSON.stringify({ bird: [advisory] }) };
  expect(await run()).toEqual({
    status: 1,
    last: expect.stringMatching(
      /^Not released: npm audit and tools.*\.\n {2}- bird <2\.0\.0: low, It sings \(https:[^)]+\)$/,
    ),
    hasBill: false,
  });
});

test.each([405, 401])('no answer: a registry that says %s has told nothing', async (status) => {
  answer = { status, body: '' };
  expect(await run()).toEqual({ status: 2, last: expect.stringMatching(/gave npm audit no answer/), hasBill: false });
});

test('no answer: an advisory without an address, though another is understood and excused', async () => {
  const { url: _url, ...nameless } = advisory;
  answer = { status: 200, body: JSON.stringify({ bird: [advisory], tree: [nameless] }) };
  await except(exception);
  const { status, hasBill } = await run();
  expect([status, hasBill]).toEqual([2, false]);
});

test('no answer: something else than a report', async () => {
  answer = { status: 200, body: '<html>sign in</html>' };
  expect(await run()).toEqual({ status: 2, last: expect.stringMatching(/gave npm audit no answer/), hasBill: false });
});

test('an exception with a reason and a last day excuses its advisory, which is said, until that day', async () => {
  answer = { status: 200, body: JSON.stringify({ bird: [advisory] }) };
  await except({ ...exception, until: '2026-11-21' });
  expect(await run()).toMatchObject({ status: 0 });
  expect(said.join('\n')).toContain(`${known}: Nobody hears it (until 2026-11-21)`);
  await rm(bill());
  await except({ ...exception, until: '2026-11-20' });
  expect(await run()).toEqual({
    status: 1,
    last: expect.stringMatching(/It sings[^]*the exception for bird, GHSA-aaaa-bbbb-cccc, ended on 2026-11-20$/),
    hasBill: false,
  });
});
