import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { expect, test } from 'vitest';
import { apiConfigSchema } from '../../../apps/api/src/config.js';
import { workerConfigSchema } from '../../../apps/worker/src/config.js';
import { standaloneConfigSchema } from './standalone-config.js';

const example = readFileSync(new URL('../../../.env.example', import.meta.url), 'utf8');
const compose = readFileSync(new URL('../../../docker-compose.yml', import.meta.url), 'utf8');
const schemas = { api: apiConfigSchema, worker: workerConfigSchema, standalone: standaloneConfigSchema };

/** Node's own, of which production only asks that it does no harm: nobody is to set it. */
const neverSet = 'NODE_TLS_REJECT_UNAUTHORIZED';

test('.env.example names every variable that a process reads, and no other', () => {
  const documented = [...example.matchAll(/^#? ?([A-Z][A-Z0-9_]+)=/gm)].map(([, name]) => name);
  const read = Object.values(schemas).flatMap(({ shape }) => Object.keys(shape));
  expect(new Set(documented)).toEqual(new Set(read.filter((name) => name !== neverSet)));
});

test.each(['api', 'worker'] as const)('the values shown in .env.example are the defaults of %s', (name) => {
  const given = { DATABASE_URL: 'postgres://localhost/keyledger' };
  const { shape } = schemas[name];
  const shown = Object.fromEntries(Object.entries(parseEnv(example)).filter(([variable]) => variable in shape));
  expect(schemas[name].parse({ ...given, ...shown })).toEqual(schemas[name].parse(given));
});

test.each(['api', 'worker'] as const)('docker compose passes on every variable that %s reads, and no other', (name) => {
  const common = compose.split(/^x-environment:/m)[1]?.split(/^services:/m)[0] ?? '';
  const own = compose.split(new RegExp(`^  ${name}:$`, 'm'))[1]?.split(/^(?:  \w+:$|\w)/m)[0] ?? '';
  const passed = [...(common + own).matchAll(/^ +([A-Z][A-Z0-9_]+): /gm)].map(([, variable]) => variable);
  const read = Object.keys(schemas[name].shape).filter((variable) => variable !== neverSet);
  expect(new Set(passed)).toEqual(new Set([...read, 'NODE_EXTRA_CA_CERTS']));
});
