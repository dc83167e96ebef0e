import { afterAll, beforeAll, expect, test } from 'vitest';
import { newId } from '#core/ids.js';
import { openDatabase } from '#db/database.js';
import { recordHeartbeat } from '#domain/operations/record-heartbeat.js';
import { addTestUsage } from '#testing/add-test-usage.js';
import { eventually } from '#testing/eventually.js';
import { startTestApi, type TestApi } from '#testing/start-test-api.js';

let api: TestApi;
let token: string;
beforeAll(async () => {
  api = await startTestApi();
  token = await api.tokenOf('platform-admin');
});
afterAll(() => api.close());

test('ready while database, migrations and queue are; a silent worker degrades, and is named', async () => {
  expect((await api.call('GET', '/health/ready')).json).toMatchObject({ status: 'degraded', worker: 'silent' });
  const now = api.clock.now();
  await recordHeartbeat(api, { workerId: newId(), startedAt: now, lastSweepAt: now });
  expect((await api.call('GET', '/health/ready')).json).toEqual({
    status: 'ok',
    database: 'ok',
    migrations: 'ok',
    queue: 'ok',
    worker: 'ok',
    lastHeartbeatAt: now.toISOString(),
    lastSweepAt: now.toISOString(),
  });
});

test('a queue that never answers does not keep the metrics waiting', async () => {
  const { depth } = api.deps.queue;
  api.deps.queue.depth = () => new Promise(() => undefined);
  const { status, json } = await api.call('GET', '/metrics', { token });
  api.deps.queue.depth = depth;
  expect([status, json.queue]).toEqual([200, null]);
});

test('not ready while the queue is away, and live all the same', async () => {
  const { depth } = api.deps.queue;
  api.deps.queue.depth = () => Promise.reject(new Error('redis is away'));
  const answer = await api.call('GET', '/health/ready');
  const metrics = await api.call('GET', '/metrics', { token });
  api.deps.queue.depth = depth;
  expect([answer.status, answer.json.code, answer.json.fields.queue]).toEqual([503, 'unavailable', 'failed']);
  expect(answer.text).not.toContain('redis is away');
  expect([metrics.status, metrics.json.queue]).toEqual([200, null]);
});

test('without a database: live, not ready, and a 503 for what needs it', async () => {
  const { db } = api.deps;
  api.deps.db = openDatabase({ url: 'postgres://nobody@127.0.0.1:9/none', poolSize: 1 });
  const [live, ready] = [await api.call('GET', '/health/live'), await api.call('GET', '/health/ready')];
  const needsIt = await api.call('GET', '/data', { token });
  await api.deps.db.close();
  api.deps.db = db;
  expect([live.status, ready.status, ready.json.fields.database]).toEqual([200, 503, 'failed']);
  expect([needsIt.status, needsIt.json.code, needsIt.headers.get('retry-after')]).toEqual([503, 'unavailable', '5']);
});

test('metrics as JSON have the names that people’s scripts know', async () => {
  await addTestUsage(api.db, api.tenant.id, [{ at: '2026-11-20T10:00:00.000Z', costUsd: null }]);
  api.clock.advance(9_999);
  expect((await api.call('GET', '/metrics', { token })).json.db).toMatchObject({ usage_rows: 0, unpriced_requests: 0 });
  api.clock.advance(1);
  const metrics = async () => (await api.call('GET', '/metrics', { token })).json;
  await eventually('usage is counted anew', async () => (await metrics()).db.usage_rows === 1);
  const json = await metrics();
  expect(json).toMatchObject({
    version: '0.0.0-test',
    env: 'test',
    rate_limit: { rpm: 60_000, burst: 10_000, exempt_paths: ['/ping', '/health/live', '/health/ready'] },
    db: {
      usage_rows: 1,
      unpriced_requests: 1,
      active_keys: 0,
      last_usage_at: '2026-11-20T10:00:00.000Z',
      last_key_ok_at: null,
    },
    worker: { probe_interval_secs: 300, healthy: true, workers: 1 },
    queue: { depth: { probes: 0, imports: 0, schedules: 1 } },
  });
  expect(json.counters.requests_total).toBeGreaterThan(0);
});

test('metrics for Prometheus come by Accept or by ?format, unknown instants left out', async () => {
  const asked = [
    await api.call('GET', '/metrics?format=prometheus', { token }),
    await api.call('GET', '/metrics', { token, headers: { accept: 'text/plain;version=0.0.4;q=0.5,*/*;q=0.1' } }),
    await api.call('GET', '/metrics', {
      token,
      headers: { accept: 'application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5,*/*;q=0.1' },
    }),
  ];
  for (const { headers, text } of asked) {
    expect(headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(text).toMatch(/^keyledger_unpriced_requests 1$/m);
    expect(text).toMatch(/^keyledger_unpriced_reported_requests 0$/m);
    expect(text).toMatch(/^keyledger_queue_depth\{queue="schedules"\} 1$/m);
    expect(text).toMatch(/^keyledger_worker_healthy 1$/m);
    expect(text).not.toContain('keyledger_last_key_ok_timestamp_seconds');
    for (const line of text.trimEnd().split('\n'))
      expect(line).toMatch(/^(|# (HELP|TYPE) .+|[a-z_]+(\{.+\})? [\d.e+-]+)$/);
  }
  expect((await api.call('GET', '/metrics', { token, headers: { accept: '*/*' } })).json).toBeDefined();
});
