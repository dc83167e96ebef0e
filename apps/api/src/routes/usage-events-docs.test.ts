import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { simulatedSecret } from '#simulator/simulated-key.js';
import { eventually } from '#testing/eventually.js';
import { startTestApi, type TestApi } from '#testing/start-test-api.js';

const repository = fileURLToPath(new URL('../../../../', import.meta.url));
const page = await readFile(`${repository}docs/usage-events.md`, 'utf8');

/** The one block of the page in this language. */
const blockOf = (language: string) => page.split(`\`\`\`${language}\n`)[1]?.split('\n```')[0] ?? '';

let api: TestApi;
let token: string;
beforeAll(async () => {
  api = await startTestApi();
  token = await api.tokenOf('operator');
});
afterAll(() => api.close());

const recorded = async () => (await api.call('GET', '/data?endUser=customer-7', { token })).json.items;

test('the wrapper for the official Node client, as it is printed, records what its call used', async () => {
  const env = {
    KEYLEDGER_URL: `${api.origin}/api/v1`,
    KEYLEDGER_TOKEN: token,
    OPENAI_BASE_URL: api.deps.settings.baseUrl,
    OPENAI_API_KEY: simulatedSecret({ behaviour: 'healthy', label: 'docs' }),
  };
  const program = ['--input-type=module', '--eval', blockOf('js')];
  const { stdout, stderr } = await promisify(execFile)(process.execPath, program, { cwd: repository, env });
  expect([stdout.trim() === '', stderr]).toEqual([false, '']);
  await eventually('the record of the call', async () => (await recorded()).length === 1);
  const [row] = await recorded();
  expect(row).toMatchObject({ source: 'event', requests: 1, costBasis: 'exact', tags: { feature: 'search' } });
  expect(row.requestId).toMatch(/^req_/);
});

test('the event in the example of curl is accepted as it is printed', async () => {
  const [, body = ''] = /-d '(\{.*?\})'/s.exec(blockOf('sh')) ?? [];
  const { status, json } = await api.call('POST', '/usage/events', { token, body: JSON.parse(body) });
  expect([status, json.accepted, json.events[0].costUsd]).toEqual([200, 1, '0.00000885']);
});
