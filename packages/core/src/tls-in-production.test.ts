import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { createTestAuthority } from '#testing/test-certificate.js';
import { ConfigError, parseConfig } from './config.js';
import { sharedConfigFields } from './shared-config.js';
import { tlsInProduction } from './tls-in-production.js';

const schema = z.object(sharedConfigFields).check(tlsInProduction);

/** The variables that are at fault. */
function faultsOf(environment: Record<string, string>): string[] {
  try {
    parseConfig(schema, { NODE_ENV: 'production', ...environment });
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.faults.map((fault) => fault.split(':')[0] ?? '');
    throw error;
  }
}

const folder = mkdtempSync(join(tmpdir(), 'keyledger-config-'));
const authorityFile = join(folder, 'authority.crt');
beforeAll(() => writeFileSync(authorityFile, createTestAuthority('the operator').certificate));
afterAll(() => rmSync(folder, { recursive: true }));

const overTls = 'postgres://app:secret@db.internal/keyledger?sslmode=verify-full';

test.each([
  overTls,
  `${overTls}&sslrootcert=${encodeURIComponent(authorityFile)}`,
  'postgres://app:secret@localhost:5432/keyledger',
  'postgres://app:secret@127.0.0.1/keyledger?sslmode=disable',
  'postgres://app:secret@[::1]/keyledger',
  'postgres://app:secret@localhost/keyledger?host=',
  'postgres://app@%2Fvar%2Frun%2Fpostgresql/keyledger',
  'postgres://app@db.internal/keyledger?host=/var/run/postgresql',
])('production talks to Postgres at %s', (url) => {
  expect(faultsOf({ DATABASE_URL: url })).toEqual([]);
});

test.each([
  'postgres://app:secret@db.internal/keyledger',
  'postgres://app:secret@db.internal/keyledger?sslmode=disable',
  'postgres://app:secret@db.internal/keyledger?sslmode=prefer',
  'postgres://app:secret@db.internal/keyledger?sslmode=require',
  'postgres://app:secret@db.internal/keyledger?sslmode=no-verify',
  'postgres://app:secret@db.internal/keyledger?sslmode=verify-full&sslmode=disable',
  'postgres://app:secret@localhost/keyledger?host=db.internal',
  'postgres://app:secret@127.0.0.1.db.internal/keyledger',
  'postgres:///keyledger',
  'postgres://app:secret@db%zz/keyledger',
])('production does not talk to Postgres at %s', (url) => {
  expect(faultsOf({ DATABASE_URL: url })).toEqual(['DATABASE_URL']);
});

test.each([
  ['rediss://cache.internal:6380', []],
  ['redis://127.0.0.1:6379', []],
  ['redis://cache.internal:6379', ['REDIS_URL']],
  ['rediss://cache.internal:6380?tls=', ['REDIS_URL']],
  ['REDISS://cache.internal:6380', ['REDIS_URL']],
])('production may talk to Redis at %s: at fault is %j', (url, faults) => {
  expect(faultsOf({ DATABASE_URL: overTls, REDIS_URL: url })).toEqual(faults);
});

test('hosts that were named may be talked to without TLS, and only these', () => {
  const inCompose = { DATABASE_URL: 'postgres://app:secret@postgres/keyledger', REDIS_URL: 'redis://redis:6379' };
  expect(faultsOf({ ...inCompose, PLAINTEXT_ALLOW: 'postgres, redis' })).toEqual([]);
  expect(faultsOf({ ...inCompose, PLAINTEXT_ALLOW: 'postgres' })).toEqual(['REDIS_URL']);
  expect(faultsOf({ ...inCompose, PLAINTEXT_ALLOW: 'postgres.internal' })).toEqual(['DATABASE_URL', 'REDIS_URL']);
  expect(faultsOf({ ...inCompose, PLAINTEXT_ALLOW: '*' })).toContain('PLAINTEXT_ALLOW');
});

test('certificates are not left unchecked by the environment', () => {
  const unchecked = { NODE_TLS_REJECT_UNAUTHORIZED: '0' };
  expect(faultsOf({ DATABASE_URL: overTls, ...unchecked })).toEqual(['NODE_TLS_REJECT_UNAUTHORIZED']);
  expect(faultsOf({ DATABASE_URL: 'postgres://localhost/keyledger', ...unchecked })).toEqual([]);
});

test('outside production, connections are as they are given', () => {
  expect(
    faultsOf({ NODE_ENV: 'development', DATABASE_URL: 'postgres://db/keyledger', REDIS_URL: 'redis://cache' }),
  ).toEqual([]);
});

test('what is refused is told with all other faults, and without the address', () => {
  const environment = { NODE_ENV: 'production', DATABASE_URL: 'postgres://app:secret@db/keyledger', LOG_LEVEL: 'loud' };
  expect(() => parseConfig(schema, environment)).toThrow(/LOG_LEVEL[^]*DATABASE_URL: must have sslmode=verify-full/);
  expect(() => parseConfig(schema, environment)).not.toThrow(/secret/);
});
