import { expect, test } from 'vitest';
import { generateMasterKey } from '#crypto/master-key.js';
import { runTestCommand } from '#testing/run-test-command.js';
import { readApiConfig } from '../../api/src/config.js';
import { readWorkerConfig } from '../../worker/src/config.js';
import { parseStandaloneConfig } from '../../../tools/standalone/src/standalone-config.js';
import { commands } from './commands.js';

const refused = /DATABASE_URL: must have sslmode=verify-full/;
const url = 'postgres://app:secret@db.internal/keyledger';
const environment = {
  NODE_ENV: 'production',
  DATABASE_URL: url,
  API_DATABASE_URL: url,
  MASTER_KEY: generateMasterKey(),
  API_KEY: 'k'.repeat(32),
};

test.each([
  ['api', () => readApiConfig(environment, [])],
  ['worker', () => readWorkerConfig(environment, [])],
  ['npm start', () => parseStandaloneConfig(environment, '.keyledger')],
])('in production %s connects to no Postgres without TLS', async (_program, read) => {
  await expect((async () => read())()).rejects.toThrow(refused);
});

const withoutDatabase = /^master-key (generate|wrap|split|combine)$/;
const names = commands.map(({ name }) => name).filter((name) => !withoutDatabase.test(name));
const argumentsOf: Record<string, string[]> = {
  restore: ['file'],
  backup: ['file'],
  'master-key remove': ['--id', '0123456789abcdef'],
  'data-key rotate': ['--tenant', 'default'],
};

test.each(names)('in production `keyledger %s` connects to no Postgres without TLS', async (name) => {
  const words = [...name.split(' '), ...(argumentsOf[name] ?? [])];
  const { status, out, err } = await runTestCommand(commands, words, { environment });
  expect(status).not.toBe(0);
  expect(out + err).toMatch(refused);
  // What is said of one that was tried.
  expect(out + err).not.toContain('cannot be used: ');
});
