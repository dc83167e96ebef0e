import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createLogger } from '#core/logger.js';
import { revokeAccessToken } from '#domain/access-tokens/revoke-access-token.js';
import { issueAccessToken } from '#domain/access-tokens/issue-access-token.js';
import { startTestApi, type TestApi, type TestApiOptions } from '#testing/start-test-api.js';
import { addressGroup } from './limit-rate.js';
import { defaultBodyLimitBytes } from './read-json-body.js';

async function withApi(options: TestApiOptions, work: (api: TestApi) => Promise<void>): Promise<void> {
  const api = await startTestApi(options);
  try {
    await work(api);
  } finally {
    await api.close();
  }
}

describe('requests and answers', () => {
  let api: TestApi;
  let token: string;
  const lines: string[] = [];
  beforeAll(async () => {
    const logger = createLogger({
      name: 'test',
      level: 'info',
      destination: { write: (line) => void lines.push(line) },
    });
    api = await startTestApi({ deps: { logger } });
    token = await api.tokenOf('admin');
  });
  afterAll(() => api.close());

  test('a body of 64 KiB is read and one byte more is refused', async () => {
    const bodyOf = (bytes: number) => {
      const start = '{"label":"x","key":"';
      return `${start}${'k'.repeat(bytes - start.length - 2)}"}`;
    };
    const headers = { 'content-type': 'application/json' };
    const fits = await api.call('POST', '/keys', { token, headers, body: bodyOf(defaultBodyLimitBytes) });
    expect(fits.json.code).toBe('invalid-request');
    const tooLarge = await api.call('POST', '/keys', { token, headers, body: bodyOf(defaultBodyLimitBytes + 1) });
    expect([tooLarge.status, tooLarge.json.code]).toEqual([413, 'body-too-large']);
  });

  test('a small body that unpacks to a large one is refused as well', async () => {
    const response = await fetch(`${api.origin}/keys`, {
      method: 'POST',
      headers: { 'x-api-key': token, 'content-type': 'application/json', 'content-encoding': 'gzip' },
      body: gzipSync(JSON.stringify({ label: 'x'.repeat(1_000_000) })),
    });
    expect(response.status).toBe(413);
  });

  test('what is not JSON is refused without being repeated', async () => {
    const headers = { 'content-type': 'application/json' };
    const broken = await api.call('POST', '/keys', { token, headers, body: '{"key": sk-proj-secretsecretsecret' });
    expect([broken.status, broken.json.code]).toEqual([400, 'invalid-request']);
    const form = await api.call('POST', '/keys', {
      token,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: 'key=sk-proj-secretsecretsecret',
    });
    expect([form.status, form.json.code]).toEqual([415, 'unsupported-media-type']);
    expect(broken.text + form.text + lines.join('')).not.toContain('secretsecret');
  });

  test('a body before authentication is not read: no token, no work', async () => {
    const answer = await api.call('POST', '/keys', {
      headers: { 'content-type': 'application/json' },
      body: 'not json',
    });
    expect(answer.status).toBe(401);
  });

  test('a sane request id is kept and said again; any other is replaced', async () => {
    const kept = await api.call('GET', '/ping', { headers: { 'x-request-id': 'build-42.retry_1' } });
    expect(kept.headers.get('x-request-id')).toBe('build-42.retry_1');
    const secrets = ['sk-proj-AbCdEfGhIjKlMnOp0123456789', 'build-klt.sk-AbCdEfGhIjKl0123'];
    for (const odd of ['short', 'x'.repeat(65), 'with space here', '<script>alert(1)</script>', ...secrets]) {
      const { headers } = await api.call('GET', '/ping', { headers: { 'x-request-id': odd } });
      expect(headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
    }
  });

  test('the access log has each request with its caller, and neither query, token nor body', async () => {
    lines.length = 0;
    await api.call('GET', '/keys?limit=3', { token, headers: { 'x-request-id': 'log-this-one' } });
    const line = JSON.parse(lines.find((text) => text.includes('log-this-one')) ?? '{}');
    expect(line).toMatchObject({
      method: 'GET',
      path: '/keys',
      status: 200,
      tenantId: api.tenant.id,
      requestId: 'log-this-one',
    });
    expect(lines.join('')).not.toMatch(/limit=3|klt_/);
  });

  test('a fault of ours is a 500 that tells nothing but its request id, which the log has', async () => {
    const { recorder } = api.deps;
    const { json: key } = await api.call('POST', '/keys?probe=false', {
      token,
      body: { label: 'fault', key: `sk-proj-${'a1b2'.repeat(10)}` },
    });
    api.deps.recorder = { record: () => Promise.reject(new Error('secret internals')) };
    const answer = await api.call('POST', `/keys/${key.id}/probe`, { token });
    api.deps.recorder = recorder;
    expect([answer.status, answer.json.code]).toEqual([500, 'internal']);
    expect(answer.text).not.toContain('internals');
    expect(lines.find((line) => line.includes('secret internals'))).toContain(answer.json.requestId);
  });

  test('pages are locked down: nothing inline, nothing from elsewhere, never framed', async () => {
    const { headers } = await api.call('GET', '/docs');
    const policy = headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toMatch(/unsafe|https?:/);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('x-powered-by')).toBeNull();
    // Less than half a year counts as none in the usual audits.
    expect(headers.get('strict-transport-security')).toBe('max-age=31536000');
  });

  test('answers of the API are never stored by anybody on the way', async () => {
    for (const path of ['/keys', '/ping', '/nowhere']) {
      expect((await api.call('GET', path, { token })).headers.get('cache-control')).toBe('no-store');
    }
  });

  test('an idle connection is kept longer than proxies keep theirs, so that none sends into one that ends', async () => {
    const { headers } = await api.call('GET', '/ping');
    expect(headers.get('keep-alive')).toBe('timeout=65');
  });

  test('without ALLOWED_ORIGINS no other page may call', async () => {
    const { headers } = await api.call('GET', '/ping', { headers: { origin: 'https://elsewhere.example' } });
    expect(headers.get('access-control-allow-origin')).toBeNull();
  });
});

test('pages of a named origin may call with a token, never with cookies, and others may not', async () => {
  await withApi({ settings: { allowedOrigins: ['https://ops.example'] } }, async (api) => {
    const preflight = (origin: string) =>
      api.call('OPTIONS', '/keys', {
        headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'x-api-key' },
      });
    const allowed = await preflight('https://ops.example');
    expect(allowed.status).toBe(204);
    expect(allowed.headers.get('access-control-allow-origin')).toBe('https://ops.example');
    expect(allowed.headers.get('access-control-allow-credentials')).toBeNull();
    const refused = await preflight('https://elsewhere.example');
    expect(refused.headers.get('access-control-allow-origin')).not.toBe('https://elsewhere.example');
  });
});

describe('rate limits', () => {
  const rateLimit = { rpm: 60, burst: 3, atOnce: 100, exemptPaths: ['/ping'] };

  test('each token has its burst; the next request waits as long as Retry-After says', async () => {
    await withApi({ settings: { rateLimit } }, async (api) => {
      const [token, other] = [await api.tokenOf('viewer'), await api.tokenOf('admin')];
      const left: (string | null)[] = [];
      for (let request = 0; request < 3; request += 1) {
        const { status, headers } = await api.call('GET', '/keys', { token });
        expect(status).toBe(200);
        left.push(headers.get('ratelimit'));
        expect(headers.get('ratelimit-policy')).toMatch(/^"requests"; q=3; w=3; pk=:.+:$/);
      }
      expect(left).toEqual(['"requests"; r=2; t=1', '"requests"; r=1; t=2', '"requests"; r=0; t=3']);
      const refused = await api.call('GET', '/keys', { token });
      expect([refused.status, refused.json.code, refused.headers.get('retry-after')]).toEqual([
        429,
        'rate-limited',
        '1',
      ]);
      expect(refused.headers.get('ratelimit')).toBe('"requests"; r=0; t=1');

      expect((await api.call('GET', '/api/v1/keys', { token })).status).toBe(429);
      expect((await api.call('GET', '/keys', { token: other })).status).toBe(200);
      api.clock.advance(999);
      expect((await api.call('GET', '/keys', { token })).status).toBe(429);
      api.clock.advance(1);
      expect((await api.call('GET', '/keys', { token })).status).toBe(200);
    });
  });

  test('who has no token shares the limit of the address; exempt paths are not limited under either prefix', async () => {
    await withApi({ settings: { rateLimit } }, async (api) => {
      const statuses: number[] = [];
      for (const path of ['/nowhere', '/keys', '/docs/errors', '/health/live']) {
        statuses.push((await api.call('GET', path)).status);
      }
      expect(statuses).toEqual([404, 401, 200, 429]);
      for (let request = 0; request < 10; request += 1) {
        const path = request % 2 ? '/ping' : '/api/v1/ping';
        expect((await api.call('GET', path)).status).toBe(200);
      }
    });
  });

  test('behind a named proxy the caller’s address counts, IPv6 by its network; without one, no header is believed', async () => {
    const from = (ip: string) => ({ headers: { 'x-forwarded-for': ip } });
    await withApi({ settings: { rateLimit, trustProxy: 1 } }, async (api) => {
      const statuses = [];
      for (const ip of [
        '2001:db8::1',
        '2001:db8::2',
        '2001:db8:0:ff::3',
        '2001:db8::4',
        '2001:db8:0:100::1',
        '192.0.2.1',
      ]) {
        statuses.push((await api.call('GET', '/health/live', from(ip))).status);
      }
      expect(statuses).toEqual([200, 200, 200, 429, 200, 200]);
    });
    await withApi({ settings: { rateLimit } }, async (api) => {
      const statuses = [];
      for (const ip of ['192.0.2.1', '192.0.2.2', '192.0.2.3', '192.0.2.4']) {
        statuses.push((await api.call('GET', '/health/live', from(ip))).status);
      }
      expect(statuses).toEqual([200, 200, 200, 429]);
    });
  });
});

test.each([
  ['IPv4', '192.0.2.1:40001', '192.0.2.1:40002', '192.0.2.1'],
  ['IPv6', '[2001:db8::1]:40001', '[2001:db8:0:7::1]:40001', '2001:db8::1'],
  ['IPv4 as IPv6', '::ffff:192.0.2.1', '192.0.2.1:40001', '192.0.2.1'],
])('an address that a gateway names with its port is the one without: %s', (_what, ...written) => {
  expect(new Set(written.map(addressGroup)).size).toBe(1);
  expect(addressGroup('192.0.2.10:40001')).not.toBe(addressGroup('192.0.2.1'));
});

describe('wrong access tokens', () => {
  test('after ten from one address the next is not even looked up, until time has passed', async () => {
    await withApi({ settings: { trustProxy: 1 } }, async (api) => {
      const guess = (n: number, ip = '192.0.2.1') =>
        api.call('GET', '/keys', { token: `klt_guess${n}`, headers: { 'x-forwarded-for': ip } });
      const statuses = await Promise.all(Array.from({ length: 25 }, async (_, n) => (await guess(n)).status));
      expect(statuses.filter((status) => status === 401)).toHaveLength(10);
      expect(statuses.filter((status) => status === 429)).toHaveLength(15);
      const slowed = await guess(99);
      expect([slowed.json.code, slowed.headers.get('retry-after')]).toEqual(['rate-limited', '6']);
      expect((await guess(99, '192.0.2.2')).status).toBe(401);
      api.clock.advance(6_000);
      expect((await guess(99)).status).toBe(401);
      expect((await guess(100)).status).toBe(429);
    });
  });

  test('nor does another port of the same address, which some gateways name, begin anew', async () => {
    await withApi({ settings: { trustProxy: 1 } }, async (api) => {
      const statuses = [];
      for (let port = 40_000; port < 40_011; port += 1) {
        const headers = { 'x-forwarded-for': `192.0.2.1:${port}` };
        statuses.push((await api.call('GET', '/keys', { token: 'klt_guess', headers })).status);
      }
      expect(statuses.slice(9)).toEqual([401, 429]);
    });
  });

  test('guessing does not lock out a token that was good lately from the same address, and good ones pay nothing', async () => {
    await withApi({}, async (api) => {
      const token = await api.tokenOf('viewer');
      const statuses = await Promise.all(
        Array.from({ length: 40 }, async () => (await api.call('GET', '/keys', { token })).status),
      );
      expect(new Set(statuses)).toEqual(new Set([200]));
      await Promise.all(Array.from({ length: 12 }, (_, n) => api.call('GET', '/keys', { token: `guess-${n}` })));
      expect((await api.call('GET', '/keys', { token })).status).toBe(200);
      const fresh = await api.tokenOf('admin');
      expect((await api.call('GET', '/keys', { token: fresh })).status).toBe(429);
      api.clock.advance(6_000);
      expect((await api.call('GET', '/keys', { token: fresh })).status).toBe(200);
    });
  });

  test('many good tokens of one address, as behind an office’s, are all let in', async () => {
    await withApi({}, async (api) => {
      for (let n = 0; n < 12; n += 1) {
        const { token } = await issueAccessToken(api, api.tenant.id, { name: `x${n}`, role: 'viewer' });
        expect((await api.call('GET', '/keys', { token: token.reveal() })).status).toBe(200);
      }
    });
  });

  test('a revoked token is refused on the very next request', async () => {
    await withApi({}, async (api) => {
      const { id, token } = await issueAccessToken(api, api.tenant.id, { name: 'x', role: 'viewer' });
      const call = () => api.call('GET', '/keys', { token: token.reveal() });
      expect((await call()).status).toBe(200);
      await revokeAccessToken(api, { role: 'admin', tenant: api.tenant }, id);
      expect((await call()).status).toBe(401);
    });
  });
});
