import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSimulator } from './create-simulator.js';
import { simulatedSecret } from './simulated-key.js';

const simulator = createSimulator();
let baseUrl = '';

beforeAll(async () => {
  ({ baseUrl } = await simulator.listen());
});
afterAll(() => simulator.close());

const healthy = simulatedSecret({ behaviour: 'healthy' });

function post(path: string, body: object | string, secret = healthy): Promise<Response> {
  const headers = { authorization: `Bearer ${secret}`, 'content-type': 'application/json' };
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return fetch(`${baseUrl}${path}`, { method: 'POST', headers, body: text });
}

function chat(body: object, secret?: string): Promise<Response> {
  return post('/chat/completions', { messages: [{ role: 'user', content: 'Say ok' }], ...body }, secret);
}

interface ErrorBody {
  error: { message: string; type: string; param: string | null; code: string | null };
}

describe('chat completions', () => {
  const user = [{ role: 'user', content: 'hi' }];

  it.each([
    ['no JSON', '{"model":', null, null],
    ['no model', { messages: user }, null, null],
    ['no messages', { model: 'gpt-4o-mini' }, 'messages', 'missing_required_parameter'],
    ['empty messages', { model: 'gpt-4o-mini', messages: [] }, 'messages', 'empty_array'],
    ['max_tokens for o3', { model: 'o3', messages: user, max_tokens: 5 }, 'max_tokens', 'unsupported_parameter'],
    ['temperature for gpt-5', { model: 'gpt-5', messages: user, temperature: 0 }, 'temperature', 'unsupported_value'],
    [
      'a limit of 0',
      { model: 'gpt-4o', messages: user, max_completion_tokens: 0 },
      'max_completion_tokens',
      'integer_below_min_value',
    ],
    [
      'minimal effort for gpt-5.1',
      { model: 'gpt-5.1', messages: user, reasoning_effort: 'minimal' },
      'reasoning_effort',
      'unsupported_value',
    ],
  ])('refuse %s with 400 in the envelope of OpenAI', async (_what, body, param, code) => {
    const response = await post('/chat/completions', body);
    expect(response.status).toBe(400);
    expect(await response.json()).toEqual({
      error: { message: expect.any(String) as string, type: 'invalid_request_error', param, code },
    });
  });

  it('spend a limit that is too small on thinking: billed, cut, and empty', async () => {
    const body: unknown = await (await chat({ model: 'o3-mini', max_completion_tokens: 10 })).json();
    expect(body).toMatchObject({
      model: 'o3-mini-2025-01-31',
      choices: [{ finish_reason: 'length', message: { content: '' } }],
      usage: { completion_tokens: 10, completion_tokens_details: { reasoning_tokens: 10 } },
    });
  });

  it('stream with the usage in one extra chunk when asked', async () => {
    const options = { stream: true, stream_options: { include_usage: true } };
    const events = (await (await chat({ model: 'gpt-4o', ...options })).text()).trim().split('\n\n');
    expect(events.at(-1)).toBe('data: [DONE]');
    const chunks = events.slice(0, -1).map((event) => JSON.parse(event.slice(6)) as { usage: unknown });
    expect(chunks.at(-1)).toMatchObject({ choices: [], usage: { total_tokens: 11 } });
    expect(chunks.slice(0, -1).map((chunk) => chunk.usage)).toEqual([null, null, null]);
  });
});

describe('keys', () => {
  it.each([
    ['project', 164],
    ['service-account', 167],
    ['admin', 133],
  ] as const)('of kind %s are as long as real ones', (kind, length) => {
    expect(simulatedSecret({ behaviour: 'missing-scope-403', kind, label: 'tenant7' })).toHaveLength(length);
  });

  it('that are unknown are refused with their mask in message and header', async () => {
    const secret = `sk-proj-${'q'.repeat(150)}wxYZ`;
    const response = await chat({ model: 'gpt-4o' }, secret);
    expect(response.status).toBe(401);
    const { error } = (await response.json()) as ErrorBody;
    expect(error).toMatchObject({ code: 'invalid_api_key' });
    expect(error.message).toContain(`sk-proj-${'*'.repeat(150)}wxYZ`);
    expect(response.headers.get('x-error-json')).not.toBeNull();
  });

  it('behave as set, whatever they say of themselves', async () => {
    const secret = simulatedSecret({ behaviour: 'healthy', label: 'turned' });
    simulator.controls.setKey(secret, 'deactivated');
    expect((await chat({ model: 'gpt-4o' }, secret)).status).toBe(401);
    simulator.controls.setKey(secret, 'healthy');
    expect((await chat({ model: 'gpt-4o' }, secret)).status).toBe(200);
    expect(simulator.controls.countFor(secret)).toBe(2);
  });

  it('that are flaky fail their share of requests, evenly', async () => {
    const secret = simulatedSecret({ behaviour: 'flaky', failurePercent: 25, label: 'evenly' });
    const statuses: number[] = [];
    for (let count = 0; count < 8; count += 1) statuses.push((await chat({ model: 'gpt-4o' }, secret)).status);
    expect(statuses).toEqual([200, 200, 200, 500, 200, 200, 200, 500]);
  });

  it('hang in the given share, always the same ones', async () => {
    const keys = createSimulator({ hangingFraction: 0.3 }).controls;
    const secrets = Array.from({ length: 1000 }, (_each, index) =>
      simulatedSecret({ behaviour: 'healthy', label: `k${index}` }),
    );
    const hanging = secrets.filter((secret) => keys.find(secret)?.behaviour === 'hang');
    expect(hanging.length).toBeGreaterThan(250);
    expect(hanging.length).toBeLessThan(350);
  });
});

describe('other endpoints', () => {
  it('embed and moderate', async () => {
    const embedded = await post('/embeddings', { model: 'text-embedding-3-small', input: ['a', 'b'], dimensions: 4 });
    expect(await embedded.json()).toMatchObject({
      data: [{ index: 0, embedding: [0.5, 0.5, 0.5, 0.5] }, { index: 1 }],
      usage: { prompt_tokens: 2 },
    });
    const moderated = await post('/moderations', { input: 'hi' });
    expect(await moderated.json()).toMatchObject({ results: [{ flagged: false }] });
  });

  it('answer 404 for an unknown model and an unknown path', async () => {
    const headers = { authorization: `Bearer ${healthy}` };
    expect((await fetch(`${baseUrl}/models/gpt-4o`, { headers })).status).toBe(200);
    expect((await fetch(`${baseUrl}/models/gpt-nope`, { headers })).status).toBe(404);
    expect((await fetch(`${baseUrl}/nowhere`, { headers })).status).toBe(404);
  });

  it('answer nothing without a key', async () => {
    expect((await fetch(`${baseUrl}/models`)).status).toBe(401);
  });
});
