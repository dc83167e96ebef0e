import { execFile, spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
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

/** What the wrapper uses of the official client for Python, which is no dependency of ours. */
const pythonClient = `
from types import SimpleNamespace as Of
class OpenAI:
    def __init__(self):
        usage = Of(to_dict=lambda: {"prompt_tokens": 19, "completion_tokens": 10, "total_tokens": 29})
        message = Of(message=Of(content="ok"))
        answer = Of(id="chatcmpl-python", _request_id="req_python", model="gpt-4o-mini-2024-07-18", usage=usage,
                    service_tier="default", choices=[message])
        self.chat = Of(completions=Of(create=lambda **_: answer))
`;
const python = spawnSync('python3', ['-c', 'import sys; print(sys.executable)']).stdout?.toString().trim() ?? '';
if (!python) process.stdout.write('SKIPPED: there is no python3 to run the wrapper for Python with\n');

test.skipIf(!python)('the wrapper for Python, as it is printed, needs the client and nothing else', async () => {
  const home = await mkdtemp(path.join(tmpdir(), 'keyledger-python-'));
  try {
    await writeFile(path.join(home, 'openai.py'), pythonClient);
    const env = { KEYLEDGER_URL: `${api.origin}/api/v1`, KEYLEDGER_TOKEN: token, PYTHONPATH: home };
    // -S: whatever else is installed here is none of the wrapper's.
    const { stdout, stderr } = await promisify(execFile)(python, ['-S', '-c', blockOf('python')], { env });
    expect([stdout, stderr]).toEqual(['ok\n', '']);
  } finally {
    await rm(home, { recursive: true });
  }
  const rows: { requestId: string }[] = await recorded();
  expect(rows.find(({ requestId }) => requestId === 'req_python')).toMatchObject({
    source: 'event',
    costUsd: '0.00000885',
    tags: { feature: 'search' },
  });
});

test('the event in the example of curl is accepted as it is printed', async () => {
  const [, body = ''] = /-d '(\{.*?\})'/s.exec(blockOf('sh')) ?? [];
  const { status, json } = await api.call('POST', '/usage/events', { token, body: JSON.parse(body) });
  expect([status, json.accepted, json.events[0].costUsd]).toEqual([200, 1, '0.00000885']);
});
