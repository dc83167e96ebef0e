import { exportJWK, generateKeyPair, type JWTPayload, SignJWT, UnsecuredJWT } from 'jose';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { withTenant } from '#db/with-tenant.js';
import { suspendTenant } from '#domain/tenants/suspend-tenant.js';
import type { Tenant } from '#domain/tenants/tenant.js';
import { createTestPeople } from '#testing/create-test-people.js';
import { createPageVisitor, type PageVisitor } from '#testing/page-visitor.js';
import { startTestApi, type TestApi } from '#testing/start-test-api.js';
import { startTestIdentityProvider, type TestIdentityProvider } from '#testing/test-identity-provider.js';
import { createDashboard } from './create-dashboard.js';

// Another address than the one it listens at, as behind a proxy.
const publicUrl = 'https://keys.example.test';
const redirectUrl = `${publicUrl}/dashboard/login/callback`;
const signedOutUrl = `${publicUrl}/dashboard/login`;
const session = 'keyledger_session';

let provider: TestIdentityProvider;
let api: TestApi;
let platform: Tenant;
beforeAll(async () => {
  provider = await startTestIdentityProvider({ publicUrl });
  api = await startApi(provider);
  platform = await api.addTenant('default');
});
afterAll(async () => {
  await api.close();
  await provider.close();
});
let visitor: PageVisitor;
beforeEach(() => {
  // Refusals of the tests before are forgiven: they come from this address too.
  api.clock.advance(60_000);
  visitor = createPageVisitor(api.origin);
});
afterEach(() => {
  provider.tamper = null;
  provider.forge = null;
  provider.misstate = null;
});

const mapping =
  'group:ops=acme/operator; group:cn=boss,ou=all=acme/admin; domain:acme.example=acme/viewer; group:lost=nowhere/viewer; group:closed=closed/viewer';

let laterMs = 0;

function startApi(at: TestIdentityProvider, limits: Pick<Partial<TestApi['deps']['settings']>, 'signIns'> = {}) {
  const clock = { now: () => new Date(Date.now() + laterMs) };
  const environment = { OIDC_SCOPES: 'openid email profile groups', OIDC_MAPPING: mapping };
  return startTestApi({
    createDashboard,
    settings: limits,
    deps: { people: createTestPeople(at, environment, clock) },
  });
}

/** As whoever stands between could make one: with the provider's claims, and signed with what they have. */
async function forgedToken(what: string, claims: JWTPayload): Promise<string> {
  const { privateKey, publicKey } = await generateKeyPair('RS256', { extractable: true });
  const token = new SignJWT(claims);
  if (what === 'nothing') return new UnsecuredJWT(claims).encode();
  if (what === 'the client secret') {
    return token.setProtectedHeader({ alg: 'HS256' }).sign(new TextEncoder().encode(provider.clientSecret));
  }
  const named = what === 'a key that it names itself' ? { jwk: await exportJWK(publicKey) } : { kid: 'own' };
  return token.setProtectedHeader({ alg: 'RS256', ...named }).sign(privateKey);
}

let logins = 0;
/** Somebody of whom the provider says this; their login. */
function person(claims: Record<string, unknown>): string {
  const login = `person-${(logins += 1)}`;
  provider.people.set(login, { name: `Person ${logins}`, ...claims });
  return login;
}

/** To the provider, through it, and the address that it leads back to: path and query. */
async function throughProvider(login: string, { by = visitor, returnTo = '' } = {}): Promise<string> {
  const { location } = await by.get(`/dashboard/login/provider?returnTo=${encodeURIComponent(returnTo)}`);
  const back = await provider.signIn(location, login);
  expect(back.origin + back.pathname).toBe(redirectUrl);
  return back.pathname + back.search;
}

async function signIn(login: string, by = visitor) {
  return by.get(await throughProvider(login, { by }));
}

const roleShown = async (by = visitor) => /<dt>Role<\/dt><dd>([^<]+)/.exec((await by.get('/dashboard')).html)?.[1];
const noticeOf = (html: string) => /role="alert"[\s\S]*?<p>([^<]*)</.exec(html)?.[1] ?? '';

const auditOf = (tenant: Tenant) =>
  withTenant(api.db, tenant.id, (tx) =>
    tx.auditEvent.findMany({ where: { tenantId: tenant.id }, orderBy: { seq: 'desc' } }),
  );

describe('somebody whom the mapping knows gets in', () => {
  test('by a group, and lands where they wanted to go', async () => {
    const back = await throughProvider(person({ groups: ['x', 'ops'] }), { returnTo: '/dashboard/keys?q=a' });
    const { status, location } = await visitor.get(back);
    expect([status, location]).toEqual([303, '/dashboard/keys?q=a']);
    expect(await roleShown()).toBe('Operator');
    const [begun, admitted] = await auditOf(api.tenant);
    expect([begun?.action, begun?.actorKind, begun?.actorName]).toEqual([
      'session.begin',
      'person',
      `Person ${logins}`,
    ]);
    expect([admitted?.action, admitted?.actorId]).toEqual(['person.admit', begun?.actorId]);
    expect(begun?.actorId).toMatch(/^[\w-]{36}$/);
  });

  test('by a group whose name has an equals sign, and by one that is no list', async () => {
    await signIn(person({ groups: 'cn=boss,ou=all' }));
    expect(await roleShown()).toBe('Admin');
  });

  test('by the domain of a verified address, whatever its case; the address is then their name', async () => {
    await signIn(person({ email: 'Ann@Acme.Example', email_verified: true }));
    expect(await roleShown()).toBe('Viewer');
    expect((await visitor.get('/dashboard')).html).toContain('<dd>Ann@Acme.Example</dd>');
  });

  test('by the first rule that holds', async () => {
    await signIn(person({ email: 'bob@acme.example', email_verified: true, groups: ['cn=boss,ou=all', 'ops'] }));
    expect(await roleShown()).toBe('Operator');
  });

  test('by what the ID token says, where the provider puts it there', async () => {
    const other = await startTestIdentityProvider({ publicUrl, idTokenHasClaims: true });
    const there = await startApi(other);
    other.people.set('carl', { groups: ['ops'], email: 'c@x.example', email_verified: false });
    const carl = createPageVisitor(there.origin);
    const { location } = await carl.get('/dashboard/login/provider');
    const back = await other.signIn(location, 'carl');
    expect((await carl.get(back.pathname + back.search)).status).toBe(303);
    expect(await roleShown(carl)).toBe('Operator');
    await there.close();
    await other.close();
  });
});

test.each(['//evil.example', 'https://evil.example/dashboard', '/dashboard/login/callback?x', '/dashboard/logout'])(
  'signing in through the provider never leads to “%s”',
  async (returnTo) => {
    const back = await throughProvider(person({ groups: ['ops'] }), { returnTo });
    expect((await visitor.get(back)).location).toBe('/dashboard');
  },
);

test('somebody of a suspended tenant is told so, and it is audited there', async () => {
  const tenant = await api.addTenant('closed');
  const login = person({ groups: ['closed'] });
  expect((await signIn(login)).status).toBe(303);
  await suspendTenant(api, tenant.id, { reason: 'unpaid' });
  expect((await visitor.get('/dashboard')).status).toBe(403);
  const { status, html } = await signIn(login, createPageVisitor(api.origin));
  expect([status, noticeOf(html)]).toEqual([403, expect.stringContaining('The reason: unpaid.')]);
  expect((await auditOf(tenant))[0]).toMatchObject({ action: 'person.refuse', subjectId: login });
});

describe('nobody else gets in, and each is told why', () => {
  const refusedAs = async (claims: Record<string, unknown>) => {
    const { status, html } = await signIn(person(claims));
    expect(visitor.cookies.has(session)).toBe(false);
    return [status, noticeOf(html)];
  };

  test('an address that is not verified', async () => {
    for (const email_verified of [false, undefined, 'true']) {
      const [status, words] = await refusedAs({ email: 'eve@acme.example', email_verified });
      expect(status).toBe(403);
      expect(words).toContain('Your e-mail address eve@acme.example is not verified');
    }
  });

  test.each([
    ['no claim at all', {}],
    ['an unknown group', { groups: ['other'] }],
    ['part of a group’s name', { groups: ['op', 'opsx', 'OPS'] }],
    ['a sub-domain', { email: 'e@x.acme.example', email_verified: true }],
    ['a domain that ends alike', { email: 'e@evilacme.example', email_verified: true }],
    ['an address within an address', { email: '"e@acme.example"@evil.example', email_verified: true }],
    ['groups that are no text', { groups: [{ ops: true }, 7] }],
  ])('%s', async (_what, claims) => {
    const [status, words] = await refusedAs(claims);
    expect(status).toBe(403);
    expect(words).toContain('nobody has given you access here. Ask who runs this installation.');
    const [event] = await auditOf(platform);
    expect([event?.action, event?.subjectId]).toEqual(['person.refuse', `person-${logins}`]);
  });

  test('a mapping to a tenant that does not exist', async () => {
    expect((await refusedAs({ groups: ['lost'] }))[1]).toContain('which does not exist');
  });
});

describe('what comes back is believed only as it was asked for', () => {
  const failed = async (path: string, by = visitor) => {
    const { status, html } = await by.get(path);
    expect([status, by.cookies.has(session)]).toEqual([400, false]);
    return noticeOf(html);
  };
  const ops = () => person({ groups: ['ops'] });

  test('a code that another browser got, as in a link to somebody else’s sign-in', async () => {
    const victim = createPageVisitor(api.origin);
    const path = await throughProvider(ops());
    expect(await failed(path, victim)).toContain('was not begun in this browser');
    await victim.get('/dashboard/login/provider');
    expect(await failed(path, victim)).toContain('cannot be believed');
  });

  test('a state that was changed, left out, or is of an earlier sign-in', async () => {
    for (const change of [
      (path: string) => path.replace(/state=[^&]+/, 'state=x'),
      (path: string) => path.replace(/state=[^&]+&?/, ''),
      async (path: string) => (await visitor.get('/dashboard/login/provider'), path),
    ]) {
      expect(await failed(await change(await throughProvider(ops())))).toContain('cannot be believed');
    }
  });

  test('a code that was used: the browser forgot the sign-in, and the provider refuses the code', async () => {
    const path = await throughProvider(ops());
    const kept = new Map(visitor.cookies);
    expect((await visitor.get(path)).status).toBe(303);
    expect(visitor.cookies.has('keyledger_flow')).toBe(false);
    const [first, second] = [createPageVisitor(api.origin), createPageVisitor(api.origin)];
    expect(await failed(path, first)).toContain('was used already');
    second.cookies = kept;
    expect(await failed(path, second)).toContain('was used already, or took too long');
  });

  test('a code without the verifier it was asked with', async () => {
    const [mine, theirs] = [visitor, createPageVisitor(api.origin)];
    const code = new URLSearchParams((await throughProvider(ops(), { by: theirs })).split('?')[1]).get('code') ?? '';
    const path = await throughProvider(ops(), { by: mine });
    expect(await failed(path.replace(/code=[^&]+/, `code=${code}`))).toContain('was used already, or took too long');
  });

  test.each([
    ['another nonce', { nonce: 'x' }],
    ['no nonce', { nonce: undefined }],
    ['another audience', { aud: 'somebody-else' }],
    ['audiences of which another is the party', { aud: ['keyledger', 'x'], azp: 'x' }],
    ['another issuer', { iss: 'https://evil.example' }],
    ['an end in the past', { exp: Math.floor(Date.now() / 1000) - 60 }],
    ['a beginning in the future', { nbf: Math.floor(Date.now() / 1000) + 600 }],
    ['no subject', { sub: undefined }],
  ])('an ID token with %s', async (_what, change) => {
    provider.tamper = (claims) => JSON.parse(JSON.stringify({ ...claims, ...change })) as typeof claims;
    expect(await failed(await throughProvider(ops()))).toContain('cannot be believed');
  });

  test.each([
    ['a NUL', 'ann\0'],
    ['half a character', 'ann\ud83d'],
    ['more than OpenID allows', 'a'.repeat(256)],
  ])('a subject with %s', async (_what, sub) => {
    provider.tamper = (claims) => ({ ...claims, sub });
    expect(await failed(await throughProvider(ops()))).toContain('cannot be kept');
  });

  test('an ID token of somebody else than the access token', async () => {
    const victim = ops();
    provider.tamper = (claims) => ({ ...claims, sub: victim });
    expect(await failed(await throughProvider(person({})))).toContain('cannot be believed');
  });

  test.each(['a key of another', 'a key that it names itself', 'the client secret', 'nothing'])(
    'an ID token that is signed with %s',
    async (what) => {
      provider.forge = (claims) => forgedToken(what, claims);
      expect(await failed(await throughProvider(ops()))).toContain('cannot be believed');
    },
  );

  test('a sign-in that took longer than ten minutes', async () => {
    const path = await throughProvider(ops());
    api.clock.advance(10 * 60_000);
    expect(await failed(path)).toContain('took too long');
  });

  test('what the provider refuses is said by its code, and never in words from the address', async () => {
    const { location } = await visitor.get('/dashboard/login/provider');
    const state = new URL(location).searchParams.get('state') ?? '';
    const answer = `state=${state}&error=access_denied&error_description=Call+0800+evil&iss=${encodeURIComponent(provider.issuer)}`;
    const { html } = await visitor.get(`/dashboard/login/callback?${answer}`);
    expect(noticeOf(html)).toContain('did not let it tell who you are');
    expect(html).not.toContain('0800');
  });
});

test('the request has state, nonce, a challenge and the exact address, and the cookie none of what must stay secret', async () => {
  const { location } = await visitor.get('/dashboard/login/provider', { host: 'evil.example' });
  const asked = Object.fromEntries(new URL(location).searchParams);
  expect(asked).toMatchObject({ redirect_uri: redirectUrl, response_type: 'code', code_challenge_method: 'S256' });
  const [cookie = ''] = visitor.setCookies;
  expect(cookie).toMatch(/^keyledger_flow=[\w.-]+; Max-Age=600; Path=\/; HttpOnly; SameSite=Lax$/);
  const claims = Buffer.from(cookie.split('.')[1] ?? '', 'base64url').toString();
  for (const name of ['state', 'nonce', 'code_challenge']) expect(claims).not.toContain(asked[name]);
  expect(new Set([asked['state'], asked['nonce'], asked['code_challenge']]).size).toBe(3);
});

test('each sign-in is a session of its own, and one that was planted before it ends', async () => {
  const back = await throughProvider(person({ groups: ['ops'] }));
  await visitor.signIn(await api.tokenOf('viewer'));
  const planted = visitor.cookies.get(session) ?? '';
  await visitor.get(back);
  expect(visitor.cookies.get(session)).not.toBe(planted);
  visitor.cookies.set(session, planted);
  expect((await visitor.get('/dashboard')).status).toBe(303);
});

test('who is refused or admitted again and again has to wait, and only what came before is audited', async () => {
  const login = person({ groups: ['other'] });
  const audited = async () => (await auditOf(platform)).filter(({ subjectId }) => subjectId === login).length;
  for (let tries = 0; tries < 10; tries += 1) expect((await signIn(login)).status).toBe(403);
  const { status, html } = await signIn(login);
  expect([status, noticeOf(html)]).toEqual([429, expect.stringContaining('Try again in 6 s.')]);
  expect(await audited()).toBe(10);

  const strict = await startApi(provider, { signIns: { burst: 1, perMinute: 1 } });
  const often = person({ groups: ['ops'] });
  const [laptop, phone, other] = [1, 2, 3].map(() => createPageVisitor(strict.origin));
  if (!laptop || !phone || !other) throw new Error('three browsers');
  expect([(await signIn(often, laptop)).status, (await signIn(often, phone)).status]).toEqual([303, 429]);
  expect((await signIn(person({ groups: ['ops'] }), other)).status).toBe(303);
  expect((await laptop.get('/dashboard')).status).toBe(200);
  await strict.close();
});

test('a link to the beginning of a sign-in touches no session that goes on', async () => {
  await visitor.signIn(await api.tokenOf('viewer'));
  for (const site of ['cross-site', 'same-origin', 'none']) {
    const { location } = await visitor.get('/dashboard/login/provider?returnTo=%2Fdashboard%2Fkeys', {
      'sec-fetch-site': site,
    });
    expect([location, visitor.setCookies]).toEqual(['/dashboard/keys', []]);
  }
  expect(await roleShown()).toBe('Viewer');
});

test.each([
  ['cross-site', /^\/dashboard\/login\?returnTo=%2Fdashboard%2Fkeys$/],
  ['same-site', /^\/dashboard\/login\?returnTo=%2Fdashboard%2Fkeys$/],
  ['same-origin', /^http.*code_challenge=/],
  ['none', /^http.*code_challenge=/],
])('a sign-in that is begun from a page of %s leads on as it may', async (site, leadsTo) => {
  const path = '/dashboard/login/provider?returnTo=%2Fdashboard%2Fkeys';
  expect((await visitor.get(path, { 'sec-fetch-site': site })).location).toMatch(leadsTo);
});

test('another role holds in all sessions from the next sign-in on, and no place any more ends them all', async () => {
  const login = person({ groups: ['cn=boss,ou=all'] });
  const [laptop, phone] = [visitor, createPageVisitor(api.origin)];
  await signIn(login, laptop);
  expect(await roleShown(laptop)).toBe('Admin');
  provider.people.set(login, { groups: ['ops'] });
  await signIn(login, phone);
  expect([await roleShown(laptop), await roleShown(phone)]).toEqual(['Operator', 'Operator']);
  const admitted = (await auditOf(api.tenant)).find(({ action }) => action === 'person.admit');
  expect([admitted?.before, admitted?.after]).toEqual([
    '{"role":"admin"}',
    expect.stringContaining('"role":"operator"'),
  ]);
  provider.people.set(login, { groups: [] });
  expect((await signIn(login, createPageVisitor(api.origin))).status).toBe(403);
  expect([(await laptop.get('/dashboard')).status, (await phone.get('/dashboard')).status]).toEqual([303, 303]);
});

test('who signs out is shown the way to sign out at the provider, which knows the address to come back to', async () => {
  await signIn(person({ groups: ['ops'] }));
  await visitor.get('/dashboard');
  const { location } = await visitor.post('/dashboard/logout');
  const { html } = await visitor.get(location);
  const [, link = ''] = /<a href="([^"]+)">Sign out there as well/.exec(html) ?? [];
  const url = new URL(link.replaceAll('&amp;', '&').replaceAll('&#x3D;', '='));
  expect(url.origin).toBe(provider.issuer);
  expect(url.searchParams.get('post_logout_redirect_uri')).toBe(signedOutUrl);
  expect((await createPageVisitor(provider.issuer).get(url.pathname + url.search)).status).toBe(200);
});

test('a provider that is down is a page that says so, tokens still sign in, and it is asked again some seconds later', async () => {
  const dead = await startTestIdentityProvider({ publicUrl });
  const there = await startApi(dead);
  await dead.stop();
  const someone = createPageVisitor(there.origin);
  const { status, html, headers } = await someone.get('/dashboard/login/provider');
  expect([status, headers.get('retry-after')]).toEqual([503, '10']);
  expect(noticeOf(html)).toContain('does not answer right now');
  expect((await createPageVisitor(there.origin).signIn(await there.tokenOf('viewer'))).status).toBe(303);
  await dead.start();
  expect((await someone.get('/dashboard/login/provider')).status).toBe(503);
  laterMs += 5_000;
  expect((await someone.get('/dashboard/login/provider')).status).toBe(303);
  await there.close();
  await dead.close();
});

test('who calls itself another issuer than the configured one is not believed, and nobody is sent there', async () => {
  provider.misstate = (metadata) => ({ ...metadata, issuer: 'https://evil.example' });
  const other = await startApi(provider);
  const { status, location, html } = await createPageVisitor(other.origin).get('/dashboard/login/provider');
  expect([status, location, noticeOf(html)]).toEqual([400, '', expect.stringContaining('cannot be believed')]);
  await other.close();
});

test('without a provider there is no button and no such page', async () => {
  const plain = await startTestApi({ createDashboard });
  const someone = createPageVisitor(plain.origin);
  expect((await someone.get('/dashboard/login')).html).not.toContain('/dashboard/login/provider');
  expect((await someone.get('/dashboard/login/provider')).status).toBe(404);
  await plain.close();
});
