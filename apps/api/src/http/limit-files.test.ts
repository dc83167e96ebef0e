import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { withOwnerConnection } from '#db/with-owner-connection.js';
import { issueAccessToken } from '#domain/access-tokens/issue-access-token.js';
import type { Tenant } from '#domain/tenants/tenant.js';
import { addTestUsage } from '#testing/add-test-usage.js';
import { eventually } from '#testing/eventually.js';
import { startTestApi, type TestApi } from '#testing/start-test-api.js';

let api: TestApi;
let other: Tenant;
beforeAll(async () => {
  api = await startTestApi({ poolSize: 10 });
  other = await api.addTenant('other');
  for (const { id } of [api.tenant, other]) {
    const records = Array.from({ length: 2_000 }, () => ({ at: '2026-11-20T10:00:00Z' }));
    await addTestUsage(api.db, id, records);
  }
  // More than the buffers of a connection hold, so that a reader who stops is waited for.
  await withOwnerConnection(api.url, (owner) =>
    owner.query(`UPDATE usage_record SET tags = (
      SELECT jsonb_object_agg('tag ' || n, repeat(md5(n::text), 8)) FROM generate_series(1, 20) n)`),
  );
});
afterAll(() => api.close());

/** Asks for a file as often as said on one connection, and reads nothing. */
function ask(token: string, method = 'GET', times = 1): Socket {
  const socket = connect(Number(new URL(api.origin).port), '127.0.0.1');
  onTestFinished(() => void socket.destroy());
  socket.write(`${method} /data?format=csv HTTP/1.1\r\nHost: x\r\nX-API-Key: ${token}\r\n\r\n`.repeat(times));
  return socket;
}

/** Asks for a file, reads how the answer begins, and no more of it. */
async function begin(token: string, method = 'GET'): Promise<{ status: number; socket: Socket }> {
  const socket = ask(token, method);
  const [chunk] = (await once(socket, 'data')) as [Buffer];
  socket.pause();
  return { status: Number(chunk.toString('latin1').split(' ')[1]), socket };
}

async function tokensOf(count: number, tenantId = api.tenant.id): Promise<string[]> {
  const tokens: string[] = [];
  for (let n = 0; n < count; n += 1) {
    const { token } = await issueAccessToken(api, tenantId, { name: 'reader', role: 'viewer' });
    tokens.push(token.reveal());
  }
  return tokens;
}

test('who does not read the files they asked for takes no more than their share, nor does their tenant', async () => {
  const [first = '', ...others] = await tokensOf(4);
  const files = [await begin(first), await begin(first), await begin(first)];
  expect(files.map(({ status }) => status)).toEqual([200, 200, 200]);
  expect((await begin(first)).status).toBe(429);
  expect((await begin(first, 'HEAD')).status).toBe(200);
  expect((await api.call('GET', '/data', { token: first })).status).toBe(200);

  const statuses: number[] = [];
  for (const token of others) for (let n = 0; n < 3; n += 1) statuses.push((await begin(token)).status);
  expect(statuses).toEqual([200, 200, 200, 200, 200, 200, 200, 429, 429]);
  const [stranger = ''] = await tokensOf(1, other.id);
  expect((await begin(stranger)).status).toBe(200);

  files[0]?.socket.destroy();
  await eventually('its place is given back', async () => (await begin(first)).status === 200);
});

test('who leaves a connection on which files wait behind another answer holds no place', async () => {
  const [reader = ''] = await tokensOf(1, other.id);
  const connections: Socket[] = [];
  await eventually('all places are taken', async () => {
    if ((await api.call('GET', '/data?format=csv', { token: reader })).status === 429) return true;
    connections.push(ask(reader, 'GET', 2).pause());
    return false;
  });
  for (const socket of connections) socket.destroy();
  let statuses: number[] = [];
  await eventually('there is room for three', async () => {
    const files = await Promise.all([begin(reader), begin(reader), begin(reader)]);
    for (const { socket } of files) socket.destroy();
    statuses = files.map(({ status }) => status);
    return !statuses.includes(429);
  });
  expect(statuses).toEqual([200, 200, 200]);
});

test('an export that is refused for this, or not asked for as a file, is not audited as one', async () => {
  const root = await api.tokenOf('platform-admin', other);
  const path = `/tenants/${other.id}/export`;
  const exports = async () => (await api.call('GET', '/audit?action=tenant.export', { token: root })).json.items.length;
  for (let n = 0; n < 3; n += 1) expect((await begin(root)).status).toBe(200);
  expect((await api.call('GET', path, { token: root })).status).toBe(429);
  expect((await api.call('HEAD', path, { token: root })).status).toBe(200);
  expect(await exports()).toBe(0);

  const another = await api.tokenOf('platform-admin', await api.addTenant('third'));
  expect((await api.call('GET', path, { token: another })).status).toBe(200);
  expect(await exports()).toBe(1);
});
