import { connect } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { newId } from '#core/ids.js';
import { createLogger } from '#core/logger.js';
import { withTenant } from '#db/with-tenant.js';
import { suspendTenant } from '#domain/tenants/suspend-tenant.js';
import { simulatedSecret } from '#simulator/simulated-key.js';
import { eventually } from '#testing/eventually.js';
import { createPageVisitor } from '#testing/page-visitor.js';
import { startTestApi, type TestApi } from '#testing/start-test-api.js';
import { createDashboard } from '../dashboard/create-dashboard.js';
import { type SecurityEvent, securityEventOf } from './security-events.js';

interface Line {
  securityEvent?: SecurityEvent;
  level: string;
  code: string;
  path: string;
  ip: string;
  requestId: string;
  tenantId?: string;
  tokenId?: string;
}

let api: TestApi;
const written: string[] = [];
const events = () => written.map((line) => JSON.parse(line) as Line).filter(({ securityEvent }) => securityEvent);
beforeAll(async () => {
  const destination = { write: (line: string) => void written.push(line) };
  const logger = createLogger({ name: 'test', level: 'info', destination });
  const rateLimit = { rpm: 60_000, burst: 10_000, atOnce: 1_000, exemptPaths: [] };
  api = await startTestApi({ createDashboard, deps: { logger }, settings: { rateLimit, trustProxy: 1 } });
});
afterAll(() => api.close());
beforeEach(() => void written.splice(0));

async function metrics(): Promise<Record<SecurityEvent, number>> {
  const { json } = await api.call('GET', '/metrics', { token: await api.tokenOf('platform-admin') });
  return json.counters.security_events_total;
}

/** The one line that this left behind; it is counted under its name, and under no other. */
async function eventOf(work: () => Promise<unknown>): Promise<Line> {
  const before = await metrics();
  written.length = 0;
  await work();
  await eventually('the request is logged', () => written.some((line) => line.includes('"request"')));
  const [event, ...more] = events();
  expect(more).toEqual([]);
  if (!event?.securityEvent) throw new Error(`no security event in ${written.join('')}`);
  expect(await metrics()).toEqual({ ...before, [event.securityEvent]: before[event.securityEvent] + 1 });
  return event;
}

test('a wrong access token is a refused sign-in, of the API and of the sign-in page, and never in the line', async () => {
  const wrong = 'klt_wrong0123456789wrong';
  const event = await eventOf(() =>
    api.call('GET', '/keys', {
      token: wrong,
      headers: { 'x-forwarded-for': '192.0.2.9', 'x-request-id': 'wrong-one' },
    }),
  );
  expect(event).toMatchObject({
    securityEvent: 'sign-in-refused',
    level: 'warn',
    code: 'invalid-access-token',
    path: '/keys',
    ip: '192.0.2.9',
    requestId: 'wrong-one',
  });
  const visitor = createPageVisitor(api.origin);
  await visitor.get('/dashboard/login');
  expect(await eventOf(() => visitor.post('/dashboard/login', { token: wrong }))).toMatchObject({
    securityEvent: 'sign-in-refused',
    path: '/dashboard/login',
  });
  expect(written.join('')).not.toContain('wrong0123');
});

test('too small a role is told with who it was', async () => {
  const token = await api.tokenOf('viewer');
  const event = await eventOf(() => api.call('DELETE', '/reset?confirm=all', { token }));
  expect(event).toMatchObject({ securityEvent: 'forbidden', tenantId: api.tenant.id, tokenId: expect.any(String) });
});

test('so is a page for which the role is too small', async () => {
  const visitor = createPageVisitor(api.origin);
  await visitor.signIn(await api.tokenOf('viewer'));
  const event = await eventOf(() => visitor.get('/dashboard/keys/new'));
  expect(event).toMatchObject({ securityEvent: 'forbidden', path: '/dashboard/keys/new' });
});

test('a form from elsewhere is a rejected forgery', async () => {
  const visitor = createPageVisitor(api.origin);
  await visitor.signIn(await api.tokenOf('admin'));
  const forge = () => visitor.post('/dashboard/keys', { _csrf: 'forged' }, { 'sec-fetch-site': 'cross-site' });
  expect(await eventOf(forge)).toMatchObject({ securityEvent: 'csrf-rejected', path: '/dashboard/keys' });
});

test('the eleventh guess from one address is a limit that was hit', async () => {
  const headers = { 'x-forwarded-for': '192.0.2.77' };
  for (let guess = 0; guess < 10; guess += 1) await api.call('GET', '/keys', { token: `guess-${guess}`, headers });
  const event = await eventOf(() => api.call('GET', '/keys', { token: 'guess-11', headers }));
  expect(event).toMatchObject({ securityEvent: 'rate-limited', code: 'rate-limited' });
});

test('a token of a suspended tenant is told as such', async () => {
  const closed = await api.addTenant('closed');
  const token = await api.tokenOf('viewer', closed);
  await suspendTenant(api, closed.id, { reason: 'unpaid' });
  const event = await eventOf(() => api.call('GET', '/keys', { token }));
  const [holder] = await withTenant(api.db, closed.id, (tx) => tx.accessToken.findMany({ select: { id: true } }));
  const who = { tokenId: holder?.id, tenantId: closed.id };
  expect(event).toMatchObject({ securityEvent: 'tenant-closed', code: 'tenant-suspended', ...who });
  expect(written.map((line) => JSON.parse(line) as Line)).toContainEqual(
    expect.objectContaining({ msg: 'request', status: 403, ...who }),
  );
});

test('whoever names a tenant in X-Tenant that is closed, or not theirs to name, is told with who it was', async () => {
  const closed = await api.addTenant('named');
  await suspendTenant(api, closed.id, { reason: 'unpaid' });
  const name = (token: string) => () => api.call('GET', '/keys', { token, headers: { 'x-tenant': 'named' } });
  expect(await eventOf(name(await api.tokenOf('platform-admin')))).toMatchObject({
    securityEvent: 'tenant-closed',
    tenantId: closed.id,
    tokenId: expect.any(String),
  });
  expect(await eventOf(name(await api.tokenOf('admin')))).toMatchObject({
    securityEvent: 'forbidden',
    tenantId: api.tenant.id,
    tokenId: expect.any(String),
  });
});

test('what only the database’s own policies stopped is told, and says nothing to who asked', async () => {
  const token = await api.tokenOf('admin');
  const body = { label: 'policy', key: simulatedSecret({ behaviour: 'healthy', label: 'policy' }) };
  const { json: key } = await api.call('POST', '/keys?probe=false', { token, body });
  const { recorder } = api.deps;
  const trespass = () => withTenant(api.db, api.tenant.id, (tx) => tx.$executeRaw`DELETE FROM audit_event`);
  api.deps.recorder = { record: () => trespass().then(() => null) };
  let answer;
  const event = await eventOf(async () => (answer = await api.call('POST', `/keys/${key.id}/probe`, { token })));
  api.deps.recorder = recorder;
  expect(event).toMatchObject({ securityEvent: 'policy-denied', code: 'internal' });
  expect(answer).toMatchObject({ status: 500, json: { title: 'Something went wrong on our side' } });
});

test('Prometheus has every event by name', async () => {
  const token = await api.tokenOf('platform-admin');
  const { text } = await api.call('GET', '/metrics?format=prometheus', { token });
  for (const event of Object.keys(await metrics())) {
    expect(text).toMatch(new RegExp(`^keyledger_security_events_total\\{event="${event}"\\} \\d+$`, 'm'));
  }
});

test('nothing that is sent makes a second line, moves a cursor, or makes a long line', async () => {
  const evil = `\u001b[2J\u009b31m\u2028\u202e`;
  const line = encodeURIComponent(`\r\n{"level":"info","securityEvent":"forbidden"}${evil}`);
  for (const path of [`/nowhere/${line}`, `/keys/${line}?x=${line}`, `/${'x'.repeat(8_000)}`]) {
    await api.call('GET', path, {
      token: await api.tokenOf('viewer'),
      headers: { 'x-request-id': 'ok-request-id\u009b31m', 'x-forwarded-for': `\u009b31m${'f'.repeat(5_000)}` },
    });
  }
  await eventually('all are logged', () => written.length >= 3);
  for (const text of written) {
    expect(text.endsWith('\n')).toBe(true);
    // oxlint-disable-next-line no-control-regex -- these are what is looked for
    expect(text.slice(0, -1)).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/);
    expect(text.length).toBeLessThan(1_000);
    expect(() => JSON.parse(text)).not.toThrow();
  }
  expect(events()).toEqual([]);
});

test('who leaves before they are refused is an event and a line all the same, also behind another request', async () => {
  const { authenticator } = api.deps;
  const authenticate = authenticator.authenticate.bind(authenticator);
  const asked: (() => void)[] = [];
  authenticator.authenticate = async (...given) => {
    await new Promise<void>((resolve) => asked.push(resolve));
    return authenticate(...given);
  };
  const refused = `DELETE /keys/${newId()} HTTP/1.1\r\nHost: x\r\nX-API-Key: ${await api.tokenOf('viewer')}\r\n\r\n`;
  written.length = 0;
  const socket = connect(Number(new URL(api.origin).port), '127.0.0.1');
  socket.write(refused + refused);
  await eventually('both are being looked at', () => asked.length === 2);
  socket.destroy();
  await eventually('both are logged', () => written.filter((line) => line.includes('"request"')).length === 2);
  for (const go of asked) go();
  await eventually('both are told', () => events().length === 2);
  expect(events().map(({ securityEvent }) => securityEvent)).toEqual(['forbidden', 'forbidden']);
  authenticator.authenticate = authenticate;
});

test.each([
  ['invalid-access-token', 'sign-in-refused'],
  ['sign-in-failed', 'sign-in-refused'],
  ['sign-in-refused', 'sign-in-refused'],
  ['forbidden', 'forbidden'],
  ['csrf-rejected', 'csrf-rejected'],
  ['rate-limited', 'rate-limited'],
  ['tenant-suspended', 'tenant-closed'],
  ['tenant-deleted', 'tenant-closed'],
  ['not-found', null],
  ['invalid-request', null],
  ['internal', null],
] as const)('a refusal that is %s is the event %s', (code, event) => {
  expect(securityEventOf({ code })).toBe(event);
});
