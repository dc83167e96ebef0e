import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { expect, test } from 'vitest';
import { apiConfigSchema } from '../../../apps/api/src/config.js';
import { workerConfigSchema } from '../../../apps/worker/src/config.js';
import { standaloneConfigSchema } from './standalone-config.js';

const example = readFileSync(new URL('../../../.env.example', import.meta.url), 'utf8');
const schemas = { api: apiConfigSchema, worker: workerConfigSchema, standalone: standaloneConfigSchema };

test('.env.example names every variable that a process reads, and no other', () => {
  const documented = [...example.matchAll(/^#? ?([A-Z][A-Z0-9_]+)=/gm)].map(([, name]) => name);
  const read = new Set(Object.values(schemas).flatMap(({ shape }) => Object.keys(shape)));
  expect(new Set(documented)).toEqual(read);
});

test.each(['api', 'worker'] as const)('the values shown in .env.example are the defaults of %s', (name) => {
  const given = { DATABASE_URL: 'postgres://localhost/keyledger' };
  const { shape } = schemas[name];
  const shown = Object.fromEntries(Object.entries(parseEnv(example)).filter(([variable]) => variable in shape));
  expect(schemas[name].parse({ ...given, ...shown })).toEqual(schemas[name].parse(given));
});
