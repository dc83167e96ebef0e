import { afterAll, beforeAll, expect, test } from 'vitest';
import { withOwnerConnection } from '#db/with-owner-connection.js';
import { type AuditAction, auditActions } from '#domain/audit/audit-actions.js';
import { dumpDatabase } from '#testing/dump-database.js';
import { startTestApi, type TestApi } from '#testing/start-test-api.js';
import { deeds, unaudited } from '#testing/test-deeds.js';
import { allRoutes } from './all-routes.js';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
  await api.addTenant('default'); // the deeds of platform administrators are audited there
});
afterAll(() => api.close());

// The table is walked without an installation: building it opens nothing.
const writing = allRoutes({} as never)
  .filter(({ method }) => method !== 'get')
  .map(({ method, path }) => `${method} ${path}`);
const audited = writing.filter((route) => !(route in unaudited));

const ofPages = 'signing in and out is done on pages alone';
const ofTheWorker = 'the worker does this';
const ofCommands = 'a command of the CLI does this';
/** Actions of which no route is the cause, and what is. */
const elsewhere: Partial<Record<AuditAction, string>> = {
  'session.begin': ofPages,
  'session.end': ofPages,
  'session.revoke': ofPages,
  'session.end-all': ofPages,
  'person.admit': ofPages,
  'person.refuse': ofPages,
  'secret.use': ofTheWorker,
  'job.refuse': ofTheWorker,
  'tenant.purge': ofTheWorker,
  'tenant.export': 'the route that does it is a GET',
  'installation.backup': ofCommands,
  'installation.restore': ofCommands,
  'master-key.split': ofCommands,
  'data-key.rewrap': ofCommands,
  'data-key.rotate': ofCommands,
  'data-key.remove': ofCommands,
};

interface Written {
  tenant_id: string;
  action: AuditAction;
  actor_kind: string;
  actor_name: string;
  address: string | null;
  request_id: string | null;
}

const asOwner = <Row extends object>(sql: string) =>
  withOwnerConnection(api.url, async (owner) => (await owner.query<Row>(sql)).rows);
/** Of all tenants, in no order that means anything. */
const events = () =>
  asOwner<Written>(
    'SELECT tenant_id, action, actor_kind, actor_name, address, request_id FROM audit_event ORDER BY tenant_id, seq',
  );
const everyRow = async () => (await dumpDatabase(api.url)).split('\n').toSorted();

const isSuccess = (status: number) => status < 300;

let times = 0;
/** Makes ready what the route needs, and returns the way to ask it. */
async function arrange(route: string) {
  const deed = deeds[route];
  if (!deed)
    throw new Error(`add to tools/testing/src/test-deeds.ts how “${route}” is asked, or why it writes no audit event`);
  const own = `own-${(times += 1)}`;
  const { id = '', body, query = '' } = await deed(api, own);
  const [method = '', path = ''] = route.split(' ');
  const token = await api.tokenOf('platform-admin');
  return (requestId: string) =>
    api.call(method, path.replace(':id', id) + query, { token, body, headers: { 'x-request-id': requestId } });
}

test.each(audited)('%s is audited, with who, from where and on which request', async (route) => {
  const ask = await arrange(route);
  const before = await events();
  const requestId = `request-${times}`;
  const answer = await ask(requestId);
  expect({ status: answer.status, text: answer.text }).toMatchObject({ status: expect.toSatisfy(isSuccess) });
  const written = (await events()).filter((event) => event.request_id === requestId);
  expect(written).not.toEqual([]);
  for (const event of written) {
    // In the chains of other tenants, with the one that they come from.
    const name = event.tenant_id === api.tenant.id ? 'acme platform-admin' : 'acme platform-admin of acme';
    expect(event).toMatchObject({ actor_kind: 'token', actor_name: name, address: '127.0.0.1' });
    expect(Object.keys(auditActions)).toContain(event.action);
  }
  expect(await events()).toHaveLength(before.length + written.length);
});

test.each(audited)('%s does nothing when its audit event cannot be written', async (route) => {
  const ask = await arrange(route);
  const before = await everyRow();
  await asOwner('REVOKE INSERT ON audit_event FROM keyledger_app');
  try {
    expect((await ask('refused-request')).status).toBe(500);
  } finally {
    await asOwner('GRANT INSERT ON audit_event TO keyledger_app');
  }
  expect(await everyRow()).toEqual(before);
});

test('every action of the table was audited by some route, or is known to come from elsewhere', async () => {
  const seen = new Set((await events()).map(({ action }) => action));
  const unseen = Object.keys(auditActions).filter((action) => !seen.has(action as AuditAction));
  expect(unseen.toSorted()).toEqual(Object.keys(elsewhere).toSorted());
});

test('what is not audited is a route that there is', () => {
  expect(Object.keys(unaudited).filter((route) => !writing.includes(route))).toEqual([]);
  expect(Object.keys(deeds).filter((route) => !writing.includes(route))).toEqual([]);
});
