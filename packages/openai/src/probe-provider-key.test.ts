import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { systemClock } from '#core/clock.js';
import { createOutboundFetch } from '#outbound/create-outbound-fetch.js';
import { SecretString } from '#core/secret-string.js';
import { createSimulator } from '#simulator/create-simulator.js';
import { maskSecret, simulatedSecret, type Behaviour } from '#simulator/simulated-key.js';
import type { ProbeOutcome } from './probe-outcome.js';
import { probeProviderKey, type ProbeRequest } from './probe-provider-key.js';

const simulator = createSimulator({ slowMs: 150 });
let baseUrl = '';
let serial = 0;

beforeAll(async () => {
  ({ baseUrl } = await simulator.listen());
});
afterAll(() => simulator.close());

/** A key no other test uses, so that its request count is this test's own. */
function secretFor(behaviour: Behaviour, kind: 'project' | 'admin' = 'project'): string {
  serial += 1;
  return simulatedSecret({ behaviour, kind, label: `n${serial}` });
}

function probe(secret: string, overrides: Partial<ProbeRequest> = {}, fetch = globalThis.fetch) {
  const request = { kind: 'project', mode: 'completion', model: 'gpt-4o-mini', baseUrl, deadlineMs: 5000 } as const;
  return probeProviderKey(
    { clock: systemClock, fetch },
    { ...request, secret: new SecretString(secret), ...overrides },
  );
}

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
}

describe('a healthy key', () => {
  it('answers with the snapshot, tier, limits and tokens that served', async () => {
    const finding = await probe(secretFor('healthy'));
    expect(finding).toMatchObject({
      outcome: 'ok',
      httpStatus: 200,
      errorCode: null,
      errorMessage: null,
      model: 'gpt-4o-mini-2024-07-18',
      serviceTier: 'default',
      usage: { requests: 1, inputUncachedTokens: 9, outputTokens: 1 },
      usageBasis: 'exact',
    });
    expect(finding.requestId).toMatch(/^req_[0-9a-f]{32}$/);
    expect(finding.rateLimit).toMatchObject({ limitRequests: 10_000, resetRequestsMs: 8640, retryAfterMs: null });
  });

  it('is proved for free by the model list', async () => {
    const secret = secretFor('healthy');
    const finding = await probe(secret, { mode: 'models' });
    expect(finding).toMatchObject({ outcome: 'ok', usage: null, model: null });
    expect(simulator.controls.requests.at(-1)).toMatchObject({ secret, method: 'GET', path: '/models' });
  });

  it('of kind admin is proved by the admin key list, whatever its mode', async () => {
    for (const mode of ['completion', 'models'] as const) {
      const finding = await probe(secretFor('healthy', 'admin'), { kind: 'admin', mode });
      expect(finding).toMatchObject({ outcome: 'ok', usage: null, model: null });
      expect(simulator.controls.requests.at(-1)).toMatchObject({ path: '/organization/admin_api_keys' });
    }
  });

  it.each([
    'o1',
    'o3-mini',
    'gpt-5-nano',
    'gpt-5.1',
    'gpt-5.1-codex',
    'gpt-5.1-chat-latest',
    'gpt-5.6-luna',
    'gpt-6-astra',
  ])('of the reasoning model %s finishes within its allowance', async (model) => {
    const finding = await probe(secretFor('healthy'), { model });
    expect(finding).toMatchObject({ outcome: 'ok', usageBasis: 'exact' });
  });

  it('that answers slowly is ok, with its latency', async () => {
    const finding = await probe(secretFor('slow'));
    expect(finding.outcome).toBe('ok');
    expect(finding.latencyMs).toBeGreaterThanOrEqual(145);
  });
});

describe('every class of trouble', () => {
  const rows: [Behaviour, ProbeOutcome, number | null, string | null][] = [
    ['invalid', 'invalid-key', 401, 'invalid_api_key'],
    ['deactivated', 'account-deactivated', 401, 'account_deactivated'],
    ['not-member', 'membership-lost', 401, null],
    ['ip-blocked', 'blocked-here', 401, null],
    ['bare-401', 'request-refused', 401, null],
    ['missing-scope', 'missing-scope', 401, 'missing_scope'],
    ['missing-scope-403', 'missing-scope', 403, null],
    ['session-only', 'missing-scope', 403, null],
    ['region', 'blocked-here', 403, 'unsupported_country_region_territory'],
    ['no-model', 'model-unavailable', 404, 'model_not_found'],
    ['no-model-403', 'model-unavailable', 403, 'model_not_found'],
    ['bad-request', 'request-refused', 400, null],
    ['output-limit', 'request-refused', 400, null],
    ['rate-limited', 'rate-limited', 429, 'rate_limit_exceeded'],
    ['slow-down', 'rate-limited', 429, 'slow_down'],
    ['no-credit', 'quota-exhausted', 429, 'insufficient_quota'],
    ['credit-exhausted', 'quota-exhausted', 429, 'credit_balance_exhausted'],
    ['org-limit', 'limit-reached', 429, 'organization_spend_limit_exceeded'],
    ['project-limit', 'limit-reached', 429, 'project_spend_limit_exceeded'],
    ['usage-limit', 'limit-reached', 429, 'organization_usage_limit_exceeded'],
    ['server-error', 'provider-error', 500, null],
    ['overloaded', 'provider-error', 503, 'server_is_overloaded'],
    ['garbage', 'provider-error', 200, null],
    ['broken-json', 'provider-error', 200, null],
    ['disconnect', 'network-error', null, 'UND_ERR_SOCKET'],
  ];

  it.each(rows)('%s is %s, found with one request', async (behaviour, outcome, httpStatus, errorCode) => {
    const secret = secretFor(behaviour);
    const finding = await probe(secret);
    expect(finding).toMatchObject({ outcome, httpStatus, errorCode, usage: null });
    expect(finding.errorMessage).toMatch(/\w/);
    expect(simulator.controls.countFor(secret)).toBe(1);
  });

  it.each(rows)('%s leaks neither the secret nor its mask', async (behaviour) => {
    const secret = secretFor(behaviour);
    const text = JSON.stringify(await probe(secret));
    expect(text).not.toContain(secret);
    expect(text).not.toContain(maskSecret(secret));
    expect(text).not.toContain('****');
    expect(text).not.toContain(secret.slice(-4));
  });

  it('a web page in place of a list is trouble too, not an empty list', async () => {
    expect(await probe(secretFor('garbage'), { mode: 'models' })).toMatchObject({ outcome: 'provider-error' });
    const admin = await probe(secretFor('garbage', 'admin'), { kind: 'admin' });
    expect(admin).toMatchObject({ outcome: 'provider-error' });
  });

  it('of money does not show in the free model list', async () => {
    expect(await probe(secretFor('no-credit'), { mode: 'models' })).toMatchObject({ outcome: 'ok' });
  });

  it('tells how long to wait when the provider says so', async () => {
    expect((await probe(secretFor('rate-limited'))).rateLimit).toMatchObject({
      retryAfterMs: 20_000,
      remainingRequests: 0,
    });
  });

  it('a key of the wrong kind lacks a scope and is not dead', async () => {
    expect(await probe(secretFor('healthy'), { kind: 'admin' })).toMatchObject({ outcome: 'missing-scope' });
    expect(await probe(secretFor('healthy', 'admin'))).toMatchObject({ outcome: 'missing-scope' });
  });
});

describe('time and network', () => {
  it.each(['hang', 'slow-body'] as const)(
    '%s ends as a timeout at the deadline, after one request',
    async (behaviour) => {
      const secret = secretFor(behaviour);
      const finding = await probe(secret, { deadlineMs: 200 });
      expect(finding.outcome).toBe('timeout');
      expect(finding.latencyMs).toBeGreaterThanOrEqual(195);
      expect(finding.latencyMs).toBeLessThan(1000);
      expect(simulator.controls.countFor(secret)).toBe(1);
    },
  );

  it('a refused connection is a network error with the code of the system', async () => {
    const url = await serve(() => undefined);
    const closed = createServer();
    await new Promise<void>((resolve) => closed.listen(0, '127.0.0.1', resolve));
    const { port } = closed.address() as AddressInfo;
    await new Promise((resolve) => closed.close(resolve));
    const finding = await probe(secretFor('healthy'), { baseUrl: url.replace(/:\d+/, `:${port}`) });
    expect(finding).toMatchObject({ outcome: 'network-error', errorCode: 'ECONNREFUSED', httpStatus: null });
    expect(finding.errorMessage).toMatch(/^Nothing was sent: the connection was refused\. .*OPENAI_BASE_URL/);
  });

  it.each([
    ['ENOTFOUND', /^Nothing was sent: .* not found\. .*DNS/],
    ['EAI_AGAIN', /^Nothing was sent: .* not found\. .*DNS/],
    ['ENETUNREACH', /^Nothing was sent: .* no way .*network/],
    ['SELF_SIGNED_CERT_IN_CHAIN', /^Nothing was sent: .* certificate .*NODE_EXTRA_CA_CERTS/],
    ['CERT_HAS_EXPIRED', /^Nothing was sent: .* not valid today\. .*clock/],
    ['ERR_TLS_CERT_ALTNAME_INVALID', /^Nothing was sent: .* of another name\. .*OPENAI_BASE_URL/],
    ['ERR_SSL_WRONG_VERSION_NUMBER', /^Nothing was sent: .* not speak TLS\. .*OPENAI_BASE_URL/],
    ['UND_ERR_CONNECT_TIMEOUT', /^Nothing was sent: .* too long\. .*firewall/],
    ['UND_ERR_SOCKET', /before an answer was complete/],
  ])('%s is told with where to look, and no answer is spoken of where nothing was sent', async (code, says) => {
    const failing = () =>
      Promise.reject(new TypeError('fetch failed', { cause: Object.assign(new Error(), { code }) }));
    const finding = await probe(secretFor('healthy'), {}, failing);
    expect(finding).toMatchObject({ outcome: 'network-error', errorCode: code, httpStatus: null });
    expect(finding.errorMessage).toMatch(says);
  });

  it('an answer without end is cut off as a provider error', async () => {
    const url = await serve((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      const chunk = Buffer.alloc(256 * 1024, ' ');
      const write = () => {
        while (!response.destroyed && response.write(chunk));
      };
      response.on('drain', write);
      write();
    });
    expect(await probe(secretFor('healthy'), { baseUrl: url })).toMatchObject({ outcome: 'provider-error' });
  });

  it('a redirect is not followed, least of all with the secret', async () => {
    const visits: string[] = [];
    const url = await serve((request, response) => {
      visits.push(request.url ?? '');
      response.writeHead(307, { location: '/v1/elsewhere' }).end();
    });
    expect(await probe(secretFor('healthy'), { baseUrl: url })).toMatchObject({
      outcome: 'provider-error',
      httpStatus: 307,
    });
    expect(visits).toEqual(['/v1/chat/completions']);
  });

  it('an abort by the caller rejects with its reason and leaves no finding', async () => {
    const stop = new AbortController();
    const pending = probe(secretFor('hang'), { signal: stop.signal });
    stop.abort(new Error('worker stops'));
    await expect(pending).rejects.toThrow('worker stops');
    await expect(probe(secretFor('healthy'), { signal: stop.signal })).rejects.toThrow('worker stops');
  });

  it('a key that cannot stand in a header is invalid and never sent', async () => {
    const secret = `${secretFor('healthy')}\u200b`;
    const finding = await probe(secret);
    expect(finding).toMatchObject({ outcome: 'invalid-key', httpStatus: null });
    expect(simulator.controls.countFor(secret)).toBe(0);
  });

  it('an echo of the secret in any field of an answer is redacted', async () => {
    const url = await serve((request, response) => {
      const echo = request.headers.authorization ?? '';
      response.writeHead(418, { 'x-request-id': echo, 'content-type': 'application/json' });
      response.end(JSON.stringify({ error: { message: echo, type: echo, param: null, code: echo } }));
    });
    const secret = secretFor('healthy');
    const finding = await probe(secret, { baseUrl: url });
    expect(finding.errorMessage).toContain('[redacted]');
    expect(JSON.stringify(finding)).not.toContain(secret.slice(0, 40));
  });
});

describe('an address that is refused', () => {
  it('gets nothing, and the finding says what to do', async () => {
    const secret = secretFor('healthy');
    const fetch = createOutboundFetch({ allow: [], requireTls: false });
    const finding = await probe(secret, {}, fetch);
    expect(finding).toMatchObject({ outcome: 'network-error', errorCode: 'OUTBOUND_REFUSED', httpStatus: null });
    expect(finding.errorMessage).toContain('OUTBOUND_ALLOW');
    expect(simulator.controls.countFor(secret)).toBe(0);
  });
});

describe('the environment', () => {
  beforeEach(() => {
    vi.stubEnv('OPENAI_API_KEY', 'sk-from-the-environment');
    vi.stubEnv('OPENAI_ADMIN_KEY', 'sk-admin-from-the-environment');
    vi.stubEnv('OPENAI_BASE_URL', 'http://127.0.0.1:9/v1');
    vi.stubEnv('OPENAI_ORG_ID', 'org-environment');
    vi.stubEnv('OPENAI_PROJECT_ID', 'proj_environment');
    vi.stubEnv('OPENAI_LOG', 'debug');
    vi.stubEnv('OPENAI_CUSTOM_HEADERS', 'Authorization: Bearer sk-environment\nX-Environment: yes');
    return () => vi.unstubAllEnvs();
  });

  it('changes nothing about what is sent, to whom, or what is logged', async () => {
    const log = vi.spyOn(console, 'log');
    const debug = vi.spyOn(console, 'debug');
    const secret = secretFor('healthy');
    expect(await probe(secret)).toMatchObject({ outcome: 'ok' });
    const { headers } = simulator.controls.requests.findLast((request) => request.secret === secret) ?? {};
    expect(JSON.stringify(headers)).not.toContain('nvironment');
    expect(Object.keys(headers ?? {}).filter((name) => /openai|stainless/.test(name))).toEqual([]);
    expect(log).not.toHaveBeenCalled();
    expect(debug).not.toHaveBeenCalled();
  });
});
