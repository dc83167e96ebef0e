import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import type { ConfigError } from '#core/config.js';
import { generateMasterKey } from '#crypto/master-key.js';
import { parseStandaloneConfig } from './standalone-config.js';

test('without any configuration: port 5001, everything else in the home folder', async () => {
  expect(await parseStandaloneConfig({}, '.keyledger')).toEqual({
    home: resolve('.keyledger'),
    port: 5001,
    databaseUrl: undefined,
    givenRing: undefined,
    firstToken: undefined,
  });
});

test('production lists every secret that is missing, and makes none up', async () => {
  const parse = () => parseStandaloneConfig({ NODE_ENV: 'production', PORT: 'x' }, '.keyledger');
  for (const name of ['DATABASE_URL', 'MASTER_KEY', 'API_KEY', 'PORT']) {
    await expect(parse()).rejects.toThrow(`- ${name}: `);
  }
});

test('production starts with its secrets given', async () => {
  const environment = {
    NODE_ENV: 'production',
    DATABASE_URL: 'postgres://db.internal/keyledger?sslmode=verify-full',
    MASTER_KEY: generateMasterKey(),
    API_KEY: 'a-token-that-is-long-enough-for-production',
  };
  expect((await parseStandaloneConfig(environment, '.keyledger')).givenRing).toBeDefined();
});

test.each([
  ['API_KEY', 'white space in the middle'],
  ['API_KEY', 'a-token-of-31-letters-is-weak-x'],
  ['DATABASE_URL', 'postgres://['],
  ['DATABASE_URL', 'postgres://db/without-tls'],
  ['NODE_ENV', 'prod'],
  ['LOG_LEVEL', 'loud'],
  ['OPENAI_BASE_URL', 'ftp://api.example.com'],
  ['USAGE_RETENTION_DAYS', 'a year'],
  ['TRUST_PROXY', 'true'],
  ['WORKER_CONCURRENCY', '0'],
  ['OIDC_ISSUER', 'id.example.com'],
])('what api or worker would refuse is refused before anything is made: %s=%s', async (name, text) => {
  const environment = {
    NODE_ENV: 'production',
    DATABASE_URL: 'postgres://localhost/x',
    MASTER_KEY: generateMasterKey(),
  };
  await expect(parseStandaloneConfig({ ...environment, [name]: text }, '.keyledger')).rejects.toThrow(`- ${name}: `);
});

test('so is a certificate that cannot be read', async () => {
  const files = { TLS_CERT_FILE: '/nowhere/tls.crt', TLS_KEY_FILE: '/nowhere/tls.key' };
  await expect(parseStandaloneConfig(files, '.keyledger')).rejects.toThrow('- TLS_CERT_FILE: ');
});

test('a fault that several programs would find is told once', async () => {
  const environment = {
    LOG_LEVEL: 'loud',
    PORT: 'x',
    DATABASE_URL: 'mysql://db',
    API_KEY: 'with white space in the middle',
  };
  const refused = await parseStandaloneConfig(environment, '.keyledger').catch((error: ConfigError) => error);
  const names = (refused as ConfigError).faults.map((fault) => fault.split(':')[0]);
  expect(new Set(names)).toEqual(new Set(['API_KEY', 'DATABASE_URL', 'LOG_LEVEL', 'PORT']));
  expect(names).toHaveLength(4);
});

test('faults name the variable and never its value', async () => {
  const parse = () => parseStandaloneConfig({ MASTER_KEY: 'hunter2', API_KEY: 'swordfish' }, '.keyledger');
  await expect(parse()).rejects.toThrow(/MASTER_KEY: [^]*API_KEY: |API_KEY: [^]*MASTER_KEY: /);
  await expect(parse()).rejects.not.toThrow(/hunter2|swordfish/);
});
