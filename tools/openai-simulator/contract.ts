/**
 * Holds our requests and the simulator's answers against OpenAI's published description, with Prism as the judge.
 * Run by hand, since neither Prism nor the description is part of this project:
 *
 *   NODE_PATH=<where @stoplight/prism-cli is installed> node dist/tools/openai-simulator/contract.js MOCK.cjs OPENAPI.json
 *
 * MOCK.cjs exports `start(openApiFile, port)`, which serves mocked answers and refuses invalid requests.
 * Ends with status 0 when nothing was violated.
 */
import { createRequire } from 'node:module';
import { systemClock } from '#core/clock.js';
import { SecretString } from '#core/secret-string.js';
import { probeProviderKey, type ProbeRequest } from '#openai/probe-provider-key.js';
import { checkAdminContract } from './contract-admin.js';
import { checkReads } from './contract-reads.js';
import { createSimulator } from './src/create-simulator.js';
import { refusals } from './src/refusals.js';
import { simulatedSecret, type Behaviour } from './src/simulated-key.js';

const [mockFile = '', openApiFile = ''] = process.argv.slice(2);
const require = createRequire(import.meta.url);
const { start } = require(mockFile) as { start: (file: string, port: number) => Promise<{ address: string }> };

const violations: string[] = [];
const probes: Pick<ProbeRequest, 'kind' | 'mode' | 'model'>[] = [
  ...['gpt-4o-mini', 'o3-mini', 'gpt-5-nano', 'gpt-5.1', 'gpt-5.1-codex', 'gpt-5.1-chat-latest', 'gpt-6-luna'].map(
    (model) => ({ kind: 'project' as const, mode: 'completion' as const, model }),
  ),
  { kind: 'project', mode: 'models', model: '' },
  { kind: 'admin', mode: 'completion', model: '' },
];
const calls: [path: string, body?: object][] = [
  ['/models/gpt-4o-mini'],
  ['/models/unknown'],
  ['/embeddings', { model: 'text-embedding-3-small', input: 'hi' }],
  ['/moderations', { input: 'hi' }],
  ['/chat/completions', { model: 'o3-mini', messages: [{ role: 'user', content: 'hi' }], max_tokens: 5 }],
];

/** Collects what Prism found wrong: in the request, and, when it stands before the simulator, in the answer. */
async function judge(label: string, response: Response): Promise<Response> {
  const found = response.headers.get('sl-violations');
  if (found !== null) violations.push(`${label}: HTTP ${response.status} ${found}`);
  return response;
}

async function runProbes(baseUrl: string, behaviour: Behaviour, wantsOk: boolean): Promise<void> {
  for (const probe of probes) {
    const secret = new SecretString(simulatedSecret({ behaviour, kind: probe.kind }));
    const label = `${behaviour} ${probe.kind} ${probe.mode} ${probe.model}`;
    const fetch: typeof globalThis.fetch = async (url, init) => judge(label, await globalThis.fetch(url, init));
    const finding = await probeProviderKey(
      { fetch, clock: systemClock },
      { ...probe, secret, baseUrl, deadlineMs: 10_000 },
    );
    if (wantsOk && finding.outcome !== 'ok') violations.push(`${label}: ${JSON.stringify(finding)}`);
  }
}

/** Prism in front of the simulator, checking both directions and changing neither. */
async function startProxy(upstream: string): Promise<string> {
  const { createServer } = require('@stoplight/prism-http-server');
  const { getHttpOperationsFromSpec } = require('@stoplight/prism-http');
  const { createLogger } = require('@stoplight/prism-core');
  const checks = { validateRequest: true, validateResponse: true, checkSecurity: true, errors: false };
  const server = createServer(await getHttpOperationsFromSpec(openApiFile), {
    cors: false,
    config: { ...checks, isProxy: true, upstream: new URL(upstream) },
    components: { logger: createLogger('proxy', { level: 'silent' }) },
  });
  return server.listen(0, '127.0.0.1') as Promise<string>;
}

const mock = await start(openApiFile, 0);
await runProbes(`${mock.address}/v1`, 'healthy', true);
const reads = await checkReads(`${mock.address}/v1`, judge);
violations.push(...reads.violations);
const requestsChecked = probes.length + reads.requests;

const simulator = createSimulator();
const { baseUrl } = await simulator.listen();
const proxied = `${await startProxy(new URL(baseUrl).origin)}/v1`;
await runProbes(proxied, 'healthy', true);
for (const behaviour of Object.keys(refusals) as (keyof typeof refusals)[]) {
  await runProbes(proxied, behaviour, false);
}
for (const [path, body] of calls) {
  const authorization = `Bearer ${simulatedSecret({ behaviour: 'healthy' })}`;
  const init = { headers: { authorization, 'content-type': 'application/json' } };
  const post = body && { method: 'POST', body: JSON.stringify(body) };
  await judge(path, await fetch(`${proxied}${path}`, { ...init, ...post }));
}
violations.push(...(await checkAdminContract(proxied, simulator.controls)));

// A judge that finds nothing wrong in nonsense proves nothing.
const before = violations.length;
await runProbes(proxied, 'garbage', false);
const nonsense = violations.splice(before);
if (nonsense.length === 0) violations.push('Prism let answers pass that are not JSON');

for (const violation of violations) process.stderr.write(`${violation}\n`);
const answersChecked = simulator.controls.requests.length - nonsense.length;
process.stdout.write(
  `${requestsChecked} requests, ${answersChecked} answers checked; ${violations.length} violations\n`,
);
process.exit(violations.length === 0 ? 0 : 1);
