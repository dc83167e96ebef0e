import { expect, test } from 'vitest';
import { findConfigFaults } from './find-config-faults.js';

const usable = { DATABASE_URL: 'postgres://127.0.0.1/keyledger' };

const signIn = {
  PUBLIC_URL: 'https://keys.example.com',
  OIDC_ISSUER: 'https://id.example.com',
  OIDC_CLIENT_ID: 'keyledger',
  OIDC_CLIENT_SECRET: 'of-a-test',
  OIDC_MAPPING: 'group:keyledger=acme/viewer',
};

test('what api and worker can use has no fault', () => {
  expect(findConfigFaults({ ...usable, ...signIn })).toEqual([]);
});

test('what either would refuse is told, once where both would, with its files and its sign-in', () => {
  const faults = findConfigFaults({
    ...usable,
    LOG_LEVEL: 'loud',
    TRUST_PROXY: 'true',
    WORKER_CONCURRENCY: '0',
    ...signIn,
    PUBLIC_URL: 'keys.example.com/keyledger',
    TLS_CERT_FILE: '/nowhere/tls.crt',
  });
  expect(faults.map((fault) => fault.split(':')[0])).toEqual([
    'LOG_LEVEL',
    'TRUST_PROXY',
    'WORKER_CONCURRENCY',
    'PUBLIC_URL',
    'TLS_KEY_FILE',
  ]);
});
