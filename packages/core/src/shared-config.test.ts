import { expect, test } from 'vitest';
import { z } from 'zod';
import { sharedConfigFields } from './shared-config.js';

const schema = z.object(sharedConfigFields);
const accepts = (name: string, value: string) =>
  schema.safeParse({ DATABASE_URL: 'postgres://db/keyledger', [name]: value }).success;

test('without settings, probes are modest (five minutes, ten seconds, five cents a day), imports every 15 minutes', () => {
  expect(schema.parse({ DATABASE_URL: 'postgresql://db/keyledger' })).toEqual({
    NODE_ENV: 'development',
    DATABASE_URL: 'postgresql://db/keyledger',
    OPENAI_BASE_URL: 'https://api.openai.com/v1',
    OPENAI_MODEL: 'gpt-4o-mini',
    PROBE_INTERVAL_SECS: 300,
    PROBE_DEADLINE_MS: 10_000,
    PROBE_DAILY_CAP_USD: '0.05',
    PROBE_FAILURES_BEFORE_DEAD: 3,
    IMPORT_INTERVAL_SECS: 900,
    IMPORT_HISTORY_DAYS: 1_100,
    LOG_LEVEL: 'info',
    MASTER_KEY_KMS_MOUNT: 'transit',
    PLAINTEXT_ALLOW: [],
    USAGE_RETENTION_DAYS: 0,
  });
});

test.each([
  ['PROBE_INTERVAL_SECS', 10, 604_800],
  ['PROBE_DEADLINE_MS', 500, 120_000],
  ['PROBE_FAILURES_BEFORE_DEAD', 1, 100],
  ['IMPORT_INTERVAL_SECS', 60, 604_800],
  ['IMPORT_HISTORY_DAYS', 7, 3_650],
])('%s is a whole number from %i to %i', (name, min, max) => {
  const tried = [min - 1, min, max, max + 1].map((value) => accepts(name, String(value)));
  expect(tried).toEqual([false, true, true, false]);
  for (const text of [`${min}.5`, `+${min}`, ` ${min}`, '1e3', '0x20', 'ten']) expect(accepts(name, text)).toBe(false);
});

test.each([
  ['DATABASE_URL', 'mysql://db/x', false],
  ['DATABASE_URL', 'db:5432', false],
  ['REDIS_URL', 'rediss://cache:6380', true],
  ['REDIS_URL', 'https://cache', false],
  ['OPENAI_BASE_URL', 'http://127.0.0.1:9/v1', true],
  ['OPENAI_BASE_URL', 'file:///etc/passwd', false],
  ['OPENAI_BASE_URL', 'api.openai.com/v1', false],
  ['PROBE_DAILY_CAP_USD', '0', true],
  ['PROBE_DAILY_CAP_USD', '0.000000000001', true],
  ['PROBE_DAILY_CAP_USD', '-0.01', false],
  ['PROBE_DAILY_CAP_USD', '5 USD', false],
  ['NODE_ENV', 'prod', false],
])('%s=%s is accepted: %s', (name, value, expected) => {
  expect(accepts(name, value)).toBe(expected);
});
