import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createLogger } from '#core/logger.js';
import { eventually } from '#testing/eventually.js';
import { createTestAuthority } from '#testing/test-certificate.js';
import { startTestRedis } from '#testing/test-redis.js';
import { openRedis } from './open-redis.js';

const authority = createTestAuthority('the operator');
const certificate = authority.issue({ host: 'localhost' });
const redis = await startTestRedis({ certificate, clientsOf: authority.certificate });

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keyledger-api-redis-'));
  await writeFile(join(folder, 'api.crt'), certificate.certificate);
  await writeFile(join(folder, 'api.key'), certificate.key, { mode: 0o600 });
  await writeFile(join(folder, 'authority.crt'), authority.certificate);
});
afterAll(async () => {
  await redis?.stop();
  await rm(folder, { recursive: true, force: true });
});

test.skipIf(redis === null)('what requests share is kept in a Redis that asks for a certificate', async () => {
  const url = new URL(redis?.url ?? '');
  const files = { sslrootcert: 'authority.crt', sslcert: 'api.crt', sslkey: 'api.key' };
  for (const [name, file] of Object.entries(files)) url.searchParams.set(name, join(folder, file));
  const logger = createLogger({ name: 'test', level: 'silent' });
  const shared = openRedis({ url: url.href, logger }, { answerWithinMs: 1_000, what: 'test' });
  await eventually('it is connected', () => shared.redis.status === 'ready');
  expect(await shared.redis.ping()).toBe('PONG');
  await shared.close();
});
