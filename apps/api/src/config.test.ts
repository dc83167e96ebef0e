import { expect, test } from 'vitest';
import { readApiConfig } from './config.js';

const least = { DATABASE_URL: 'postgres://127.0.0.1/keyledger' };
const read = (environment: Record<string, string>) => readApiConfig({ ...least, ...environment }, []);

test('with only a database, everything else has the default that is documented', () => {
  expect(read({})).toMatchObject({
    NODE_ENV: 'development',
    HOST: '127.0.0.1',
    PORT: 5001,
    RATE_LIMIT_RPM: 600,
    RATE_LIMIT_BURST: 100,
    RATE_LIMIT_EXEMPT: ['/ping', '/health/live', '/health/ready'],
    ALLOWED_ORIGINS: [],
    DASHBOARD_PUBLIC: false,
    TRUST_PROXY: 0,
    PROBE_INTERVAL_SECS: 300,
  });
});

test('lists are separated by commas, with or without white space; an empty variable counts as not set', () => {
  expect(read({ ALLOWED_ORIGINS: 'https://a.example, http://localhost:3000', RATE_LIMIT_EXEMPT: '' })).toMatchObject({
    ALLOWED_ORIGINS: ['https://a.example', 'http://localhost:3000'],
    RATE_LIMIT_EXEMPT: ['/ping', '/health/live', '/health/ready'],
  });
});

test.each([
  ['1', 1],
  ['loopback, 10.0.0.0/8, fd00::/8', 'loopback, 10.0.0.0/8, fd00::/8'],
])('TRUST_PROXY %s is understood', (text, expected) => {
  expect(read({ TRUST_PROXY: text }).TRUST_PROXY).toBe(expected);
});

test('in production keys go to no address without TLS, unless OUTBOUND_ALLOW names its host', () => {
  const production = { NODE_ENV: 'production', API_KEY: 'k'.repeat(32), OPENAI_BASE_URL: 'http://litellm.internal/v1' };
  expect(() => read(production)).toThrow(/OPENAI_BASE_URL: must be https:\/\//);
  expect(read({ ...production, OUTBOUND_ALLOW: 'litellm.internal' }).OUTBOUND_ALLOW).toEqual(['litellm.internal']);
});

test.each([
  ['OUTBOUND_ALLOW', 'http://litellm.internal'],
  ['TRUST_PROXY', 'true'],
  ['ALLOWED_ORIGINS', 'https://a.example/path'],
  ['RATE_LIMIT_EXEMPT', 'ping'],
  ['RATE_LIMIT_RPM', '0'],
  ['DASHBOARD_PUBLIC', 'yes'],
  ['API_KEY', 'fifteen-letters'],
  ['API_KEY', 'white space in the middle'],
])('%s=%s is refused by name', (name, text) => {
  expect(() => read({ [name]: text })).toThrow(`- ${name}: `);
});

test('in production API_KEY has at least 32 characters, told together with other faults', () => {
  const production = { NODE_ENV: 'production', API_KEY: 'x'.repeat(31) };
  expect(() => read(production)).toThrow('API_KEY: must have at least 32 characters');
  expect(() => read({ ...production, PORT: 'x' })).toThrow(/PORT: [^]*API_KEY: |API_KEY: [^]*PORT: /);
  expect(read({ ...production, API_KEY: 'x'.repeat(32) }).API_KEY).toHaveLength(32);
  expect(read({ NODE_ENV: 'production' }).API_KEY).toBeUndefined();
});
