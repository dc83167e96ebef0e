import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { createTestAuthority } from '#testing/test-certificate.js';
import { ConfigError, parseConfig } from './config.js';
import { sharedConfigFields } from './shared-config.js';

const folder = mkdtempSync(join(tmpdir(), 'keyledger-config-'));
const authorityFile = join(folder, 'authority.crt');
beforeAll(() => writeFileSync(authorityFile, createTestAuthority('the operator').certificate));
afterAll(() => rmSync(folder, { recursive: true }));

const schema = z.object(sharedConfigFields);
const fitting = { DATABASE_URL: 'postgres://user:pw@db:5432/keyledger' };

function faultsOf(environment: Record<string, string | undefined>, further?: string[]): string {
  try {
    parseConfig(schema, environment, further);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  throw new Error('the configuration was accepted');
}

test('every fault is reported at once, by the name of its variable, with what others found', () => {
  const faults = faultsOf(
    { OPENAI_BASE_URL: 'nowhere', PROBE_INTERVAL_SECS: 'often', LOG_LEVEL: 'loud', PROBE_DAILY_CAP_USD: '-1' },
    ['MASTER_KEY: is required'],
  );
  const names = [...faults.matchAll(/- ([A-Z_]+):/g)].map((match) => match[1]);
  expect(names.sort((a = '', b = '') => a.localeCompare(b))).toEqual([
    'DATABASE_URL',
    'LOG_LEVEL',
    'MASTER_KEY',
    'OPENAI_BASE_URL',
    'PROBE_DAILY_CAP_USD',
    'PROBE_INTERVAL_SECS',
  ]);
  expect(faults).toContain('DATABASE_URL: is required');
});

test('a fault never repeats the value', () => {
  const canary = 'canary-5d1c';
  const all = Object.fromEntries(Object.keys(sharedConfigFields).map((name) => [name, canary]));
  const faults = faultsOf({ ...all, REDIS_URL: `http://${canary}`, OPENAI_MODEL: canary.repeat(50) });
  expect(faults).not.toContain(canary);
  expect([...faults.matchAll(/ {2}- /g)]).toHaveLength(13);
});

test('a file that an address names and that cannot be read is a fault of that variable', () => {
  const faultOf = (query: string) => faultsOf({ DATABASE_URL: `${fitting.DATABASE_URL}?${query}`, LOG_LEVEL: 'loud' });
  expect(faultOf('sslmode=verify-full&sslrootcert=/canary/ca.crt')).toMatch(
    /- DATABASE_URL: sslrootcert in it names a file that cannot be read \(ENOENT\): correct the path, or put the file there$/m,
  );
  expect(faultOf(`sslkey=${encodeURIComponent(import.meta.dirname)}`)).toContain(
    'sslkey in it names a file that cannot',
  );
  expect(faultOf('sslcert=/canary/tls.crt')).not.toContain('canary');
  expect(faultsOf({ ...fitting, REDIS_URL: 'rediss://cache?sslcert=/canary/tls.crt' })).toMatch(
    /- REDIS_URL: sslcert in it names a file that cannot be read \(ENOENT\)/,
  );
  const readable = `${fitting.DATABASE_URL}?sslrootcert=${encodeURIComponent(authorityFile)}`;
  for (const url of [readable, `${fitting.DATABASE_URL}?sslrootcert=&application_name=/canary`]) {
    expect(parseConfig(schema, { DATABASE_URL: url }).DATABASE_URL).toBe(url);
  }
});

test('a certificate needs its key, both as PEM, and at Redis TLS', () => {
  const file = encodeURIComponent(import.meta.filename);
  const faultOf = (url: string) => faultsOf({ ...fitting, REDIS_URL: url });
  expect(faultOf(`rediss://cache?sslcert=${file}`)).toContain('sslcert and sslkey in it belong together: give both');
  expect(faultOf(`rediss://cache?sslcert=${file}&sslkey=${file}`)).toMatch(
    /sslcert, sslkey in it cannot be used \(\w+\): PEM is wanted/,
  );
  expect(faultOf(`rediss://cache?sslrootcert=${file}`)).toMatch(/sslrootcert in it cannot be used \(\w+\): PEM is/);
  expect(faultOf(`redis://cache?sslrootcert=${encodeURIComponent(authorityFile)}`)).toContain(
    'must be rediss://, as it names files for TLS',
  );
});

test('faults that only others can see are enough to refuse', () => {
  expect(faultsOf(fitting, ['MASTER_KEY_FILE: cannot be read'])).toContain('MASTER_KEY_FILE: cannot be read');
});

test('an empty variable counts as not set', () => {
  expect(parseConfig(schema, { ...fitting, REDIS_URL: '', PROBE_INTERVAL_SECS: '' })).toMatchObject({
    PROBE_INTERVAL_SECS: 300,
  });
  expect(faultsOf({ DATABASE_URL: '' })).toContain('DATABASE_URL: is required');
});
