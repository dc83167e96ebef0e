import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { createLogger } from '#core/logger.js';
import { withTenant } from '#db/with-tenant.js';
import { createTestPeople } from '#testing/create-test-people.js';
import { eventually } from '#testing/eventually.js';
import { createPageVisitor, type PageVisitor } from '#testing/page-visitor.js';
import { startTestApi, type TestApi } from '#testing/start-test-api.js';
import {
  startTestIdentityProvider,
  type TestIdentityProvider,
  type TestProof,
} from '#testing/test-identity-provider.js';
import { createDashboard } from './create-dashboard.js';

// An installation that demands proof of how people signed in at a real provider, which tells it as OpenID Connect says.
const session = 'keyledger_session';
const maxAgeSecs = 900;

let provider: TestIdentityProvider;
let api: TestApi;
let visitor: PageVisitor;
const written: string[] = [];
const running: TestApi[] = [];
beforeAll(async () => {
  provider = await startTestIdentityProvider({ publicUrl: 'https://keys.example.test' });
  api = await startDemanding({
    OIDC_REQUIRED_ACR: 'gold platinum',
    OIDC_REQUIRED_AMR: 'mfa hwk',
    OIDC_MAX_AGE_SECS: String(maxAgeSecs),
  });
  await api.addTenant('default');
});
afterAll(async () => {
  for (const started of running) await started.close();
  await provider.close();
});
beforeEach(() => {
  // Refusals of the tests before are forgiven: they come from this address too.
  api.clock.advance(60_000);
  visitor = createPageVisitor(api.origin);
  written.splice(0);
});
afterEach(() => {
  provider.tamper = null;
});

async function startDemanding(demands: Record<string, string>): Promise<TestApi> {
  const environment = { OIDC_SCOPES: 'openid groups', OIDC_MAPPING: 'group:ops=acme/operator' };
  const people = createTestPeople(provider, { ...environment, ...demands });
  const destination = { write: (line: string) => void written.push(line) };
  const logger = createLogger({ name: 'test', level: 'info', destination });
  const started = await startTestApi({ createDashboard, deps: { people, logger } });
  running.push(started);
  return started;
}

const secsAgo = (secs: number) => Math.floor(Date.now() / 1000) - secs;

let logins = 0;
/** Somebody with a place here, who proves this there. */
function person(proof: TestProof, { groups = ['ops'] } = {}): string {
  const login = `person-${(logins += 1)}`;
  provider.people.set(login, { groups });
  provider.proofs.set(login, proof);
  return login;
}

async function signIn(login: string) {
  const { location } = await visitor.get('/dashboard/login/provider');
  const back = await provider.signIn(location, login);
  return visitor.get(back.pathname + back.search);
}

const noticeOf = (html: string) => /role="alert"[\s\S]*?<p>([^<]*)</.exec(html)?.[1] ?? '';
const auditOf = (tenantId: string) =>
  withTenant(api.db, tenantId, (tx) => tx.auditEvent.findMany({ where: { tenantId }, orderBy: { seq: 'desc' } }));

test('who proves all that is demanded gets in', async () => {
  const { status } = await signIn(person({ acr: 'gold', amr: ['pwd', 'mfa'] }));
  expect([status, visitor.cookies.has(session)]).toEqual([303, true]);
});

test.each([
  ['a level that is too low', { acr: 'silver', amr: ['mfa'] }, 'at the level gold or platinum, as'],
  ['no level', { amr: ['mfa'] }, 'at the level gold or platinum, as'],
  ['methods of which none is enough', { acr: 'gold', amr: ['pwd'] }, 'there with mfa or hwk, as'],
  ['no methods', { acr: 'gold' }, 'there with mfa or hwk, as'],
  [
    'a sign-in of long ago',
    { acr: 'gold', amr: ['mfa'], ts: secsAgo(maxAgeSecs + 60) },
    'no longer than 900 seconds ago, as',
  ],
  ['nothing', {}, 'at the level gold or platinum and with mfa or hwk, as'],
] satisfies [string, TestProof, string][])(
  'who proves %s does not, and is told what is missing',
  async (_what, proof, words) => {
    const { status, html } = await signIn(person(proof));
    expect([status, visitor.cookies.has(session)]).toEqual([403, false]);
    expect(noticeOf(html)).toContain(words);
    expect(noticeOf(html)).toContain('Sign out there, and sign in again');
  },
);

test.each(['acr', 'amr', 'auth_time'])('a provider that does not tell %s has shown nothing', async (claim) => {
  provider.tamper = ({ [claim]: _left, ...claims }) => claims;
  const { status } = await signIn(person({ acr: 'gold', amr: ['mfa'] }));
  expect([status, visitor.cookies.has(session)]).toEqual([403, false]);
});

test('a weak sign-in is a security event and is audited where the person belongs; the log has what the token said', async () => {
  const login = person({ acr: 'silver', amr: ['pwd'] });
  await signIn(login);
  await eventually('it is logged', () => written.some((line) => line.includes('securityEvent')));
  const [event] = await auditOf(api.tenant.id);
  expect([event?.action, event?.subjectId]).toEqual(['person.refuse', login]);
  const lines = written.map((line) => JSON.parse(line) as { securityEvent?: string; err?: { message: string } });
  expect(lines.filter(({ securityEvent }) => securityEvent).map(({ securityEvent }) => securityEvent)).toEqual([
    'sign-in-refused',
  ]);
  const said = lines.map(({ err }) => err?.message ?? '').join();
  expect(said).toContain('{"acr":"silver","amr":["pwd"],"auth_time":');
});

test('a weak sign-in ends no session and does not tell whether there is a place for somebody', async () => {
  const login = person({ acr: 'gold', amr: ['mfa'] });
  await signIn(login);
  const strong = visitor;
  provider.people.set(login, { groups: [] });
  provider.proofs.set(login, {});
  visitor = createPageVisitor(api.origin);
  const { html } = await signIn(login);
  expect(noticeOf(html)).toContain('as this installation demands');
  expect((await strong.get('/dashboard')).status).toBe(200);
});

test('the provider is asked for the levels and for a recent sign-in, and where nothing is demanded for neither', async () => {
  const asked = new URL((await visitor.get('/dashboard/login/provider')).location).searchParams;
  expect([asked.get('acr_values'), asked.get('max_age')]).toEqual(['gold platinum', '900']);
  const plain = createPageVisitor((await startDemanding({})).origin);
  const { searchParams } = new URL((await plain.get('/dashboard/login/provider')).location);
  expect([searchParams.has('acr_values'), searchParams.has('max_age')]).toEqual([false, false]);
});
