import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { withOwnerConnection } from '#db/with-owner-connection.js';
import { withTenant } from '#db/with-tenant.js';
import { createTestInstallation, type TestInstallation } from '#testing/test-installation.js';
import { issueAccessToken } from '../access-tokens/issue-access-token.js';
import type { Principal } from '../access-tokens/principal.js';
import { revokeAccessToken } from '../access-tokens/revoke-access-token.js';
import type { Actor } from '../audit/actor.js';
import type { Tenant } from '../tenants/tenant.js';
import { beginSession } from './begin-session.js';
import { endAllSessions } from './end-all-sessions.js';
import { endSession } from './end-session.js';
import { listSessions } from './list-sessions.js';
import { revokeSession } from './revoke-session.js';
import { idleSessionMs, longestSessionMs, mostSessions, mostListedSessions } from './session.js';
import { unscopedForgetExpiredSessions } from './unscoped-forget-expired-sessions.js';
import { unscopedResumeSession } from './unscoped-resume-session.js';

const minuteMs = 60_000;
const actor: Actor = { kind: 'token', id: 'of a test', name: 'ci', address: '192.0.2.7', requestId: null };
const place = { address: '192.0.2.7', userAgent: 'Firefox' };
const byPerson = { isByPerson: true, address: '192.0.2.8' };

let home: TestInstallation;
let deps: TestInstallation & { actor: Actor };
let tenant: Tenant;
beforeAll(async () => {
  home = await createTestInstallation();
  deps = { ...home, actor };
  tenant = await home.addTenant('acme');
});
afterAll(() => home.close());

async function holder(of = tenant): Promise<Principal> {
  const { id } = await issueAccessToken(deps, of.id, { name: 'ci', role: 'operator' });
  return { kind: 'token', id, name: 'ci', role: 'operator', tenant: of };
}

const begin = (principal: Principal) => beginSession(deps, principal, place);
const resume = (id: string, use = byPerson, of = tenant) => unscopedResumeSession(home, { tenantId: of.id, id }, use);
const idsOf = async (principal: Principal) =>
  (await listSessions(home, principal.tenant.id, { of: principal })).map(({ id }) => id);

const auditOf = (subjectId: string) =>
  withTenant(home.db, tenant.id, (tx) =>
    tx.auditEvent.findMany({ where: { tenantId: tenant.id, subjectId }, orderBy: { seq: 'asc' } }),
  );

test('a session is its holder’s until it is signed out of, and is audited both times', async () => {
  const principal = await holder();
  const [first, second] = [await begin(principal), await begin(principal)];
  expect(await resume(first.id)).toEqual(principal);
  await endSession(deps, tenant.id, { id: first.id, holderName: 'ci' });
  await endSession(deps, tenant.id, { id: first.id, holderName: 'ci' });
  expect([await resume(first.id), await resume(second.id)]).toEqual([null, principal]);
  expect((await auditOf(first.id)).map(({ action }) => action)).toEqual(['session.begin', 'session.end']);
});

test('a session ends with its token, at once', async () => {
  const principal = await holder();
  const { id } = await begin(principal);
  await revokeAccessToken(deps, { role: 'admin', tenant }, principal.id);
  expect([await resume(id), await idsOf(principal)]).toEqual([null, []]);
});

test('a session of a suspended tenant is told so', async () => {
  const suspended = await home.addTenant('gone');
  const { id } = await begin(await holder(suspended));
  await withOwnerConnection(home.url, (owner) =>
    owner.query(`UPDATE tenant SET status = 'suspended' WHERE id = $1`, [suspended.id]),
  );
  await expect(resume(id, byPerson, suspended)).rejects.toMatchObject({ code: 'tenant-suspended' });
});

test('a session opens nothing under the name of another tenant', async () => {
  const other = await home.addTenant('other');
  const { id } = await begin(await holder());
  expect(await resume(id, byPerson, other)).toBeNull();
});

test('a session ends after two hours without use and twelve hours in all, and then its row goes', async () => {
  const [idle, busy] = [await begin(await holder()), await begin(await holder())];
  home.clock.advance(idleSessionMs - 1);
  expect(await resume(busy.id)).not.toBeNull();
  home.clock.advance(1);
  expect(await resume(idle.id)).toBeNull();
  for (let done = idleSessionMs; done < longestSessionMs - minuteMs; done += minuteMs * 60) {
    expect(await resume(busy.id)).not.toBeNull();
    home.clock.advance(minuteMs * 60);
  }
  home.clock.set(new Date(busy.endsAt.getTime() - 1));
  expect(await resume(busy.id)).not.toBeNull();
  await unscopedForgetExpiredSessions(home);
  expect(await resume(busy.id)).not.toBeNull();
  home.clock.advance(1);
  expect(await resume(busy.id)).toBeNull();
  await unscopedForgetExpiredSessions(home);
  expect(await home.db.unscoped.session.count({ where: { id: { in: [idle.id, busy.id] } } })).toBe(0);
});

test('when and from where it was last used is noted once a minute, and not what a page does by itself', async () => {
  const principal = await holder();
  const { id } = await begin(principal);
  const seen = async () => (await listSessions(home, tenant.id, { of: principal }))[0];
  const begunAt = home.clock.now();
  home.clock.advance(minuteMs - 1);
  await resume(id);
  expect(await seen()).toMatchObject({ lastSeenAt: begunAt, address: '192.0.2.7', userAgent: 'Firefox' });
  home.clock.advance(1);
  await resume(id, { ...byPerson, isByPerson: false });
  expect(await seen()).toMatchObject({ lastSeenAt: begunAt });
  await resume(id);
  expect(await seen()).toMatchObject({ lastSeenAt: home.clock.now(), address: '192.0.2.8', beganAt: begunAt });
});

test('docs/sign-in.md says how many sessions are listed', async () => {
  const written = await readFile(new URL('../../../../docs/sign-in.md', import.meta.url), 'utf8');
  expect(written.replaceAll(/\s+/g, ' ')).toContain(`the ${mostListedSessions} that were used last`);
});

test('a holder has at most twenty sessions, sign-ins at once included: what was used longest ago makes room', async () => {
  const principal = await holder();
  const other = await begin(await holder());
  const { id: oldest } = await begin(principal);
  home.clock.advance(1);
  const ids: string[] = [];
  for (let n = 1; n < mostSessions; n += 1) ids.push((await begin(principal)).id);
  expect(await resume(oldest)).not.toBeNull();
  home.clock.advance(1);
  await Promise.all([begin(principal), begin(principal), begin(principal)]);
  expect(await idsOf(principal)).toHaveLength(mostSessions);
  expect([await resume(oldest), await resume(other.id)]).toEqual([null, expect.anything()]);
});

test('signing out everywhere ends all sessions of the holder, and nobody else’s', async () => {
  const [mine, theirs] = [await holder(), await holder()];
  const [first, second, other] = [await begin(mine), await begin(mine), await begin(theirs)];
  expect(await endAllSessions(deps, tenant.id, mine)).toBe(2);
  expect([await resume(first.id), await resume(second.id)]).toEqual([null, null]);
  expect(await resume(other.id)).not.toBeNull();
  const event = (await auditOf(mine.id)).at(-1);
  expect([event?.action, event?.before]).toEqual(['session.end-all', '{"sessions":2}']);
});

test('one’s own session can be revoked; somebody else’s is as one that does not exist, but for an admin', async () => {
  const [mine, theirs] = [await holder(), await holder()];
  const { id } = await begin(theirs);
  await expect(revokeSession(deps, tenant.id, { id, of: mine, role: 'viewer' })).rejects.toMatchObject({
    code: 'not-found',
  });
  const other = await home.addTenant('elsewhere');
  await expect(revokeSession(deps, other.id, { id, of: 'everybody', role: 'admin' })).rejects.toMatchObject({
    code: 'not-found',
  });
  expect(await resume(id)).not.toBeNull();
  await revokeSession(deps, tenant.id, { id, of: 'everybody', role: 'admin' });
  expect(await resume(id)).toBeNull();
  expect((await auditOf(id)).map(({ action }) => action)).toEqual(['session.begin', 'session.revoke']);
});

test('what cannot be audited does not begin', async () => {
  const principal = await holder();
  const broken = { ...deps, actor: { ...actor, kind: 'nobody' } as unknown as Actor };
  await expect(beginSession(broken, principal, place)).rejects.toThrow(/actor_kind/);
  expect(await idsOf(principal)).toEqual([]);
});

test.each(['SELECT user_agent FROM session', 'SELECT address FROM session', 'UPDATE session SET ends_at = now()'])(
  'the role that looks across tenants may not: %s',
  async (sql) => {
    await expect(home.db.unscoped.$executeRawUnsafe(sql)).rejects.toThrow(/permission denied/);
  },
);
