import { Client } from 'pg';
import { expect, test } from 'vitest';
import { createTestDatabase } from './test-database.js';

test('a test database is migrated, is the caller’s alone, and can be dropped while in use', async () => {
  const [one, other] = await Promise.all([createTestDatabase(), createTestDatabase()]);
  const client = new Client({ connectionString: one.url });
  client.on('error', () => undefined);
  await client.connect();
  const { rows } = await client.query('SELECT count(*)::int AS applied FROM _prisma_migrations');
  expect(rows[0].applied).toBeGreaterThan(0);

  await Promise.all([one.drop(), other.drop()]);
  await expect(new Client({ connectionString: one.url }).connect()).rejects.toThrow(/does not exist/);
});
