import { parseArgs } from 'node:util';
import { z } from 'zod';
import { parseConfig } from '#core/config.js';
import { createLogger } from '#core/logger.js';
import { databaseConfigFields } from '#core/shared-config.js';
import { tlsInProduction } from '#core/tls-in-production.js';
import { ApiLoginError, ensureApiLogin } from '#db/ensure-api-login.js';
import { loginIn } from '#db/login-in.js';
import { migrate } from '#db/migrate.js';
import { type Command, CommandError } from '../command.js';
import { describeCount } from '../describe-count.js';

export const databasePrepare: Command = {
  name: 'database prepare',
  summary: 'Migrate the database, and make the login that the api needs',
  usage: [
    '',
    '',
    '  With the login that owns the database in DATABASE_URL. In API_DATABASE_URL is what the api is given as its own DATABASE_URL: ' +
      'the login in it owns nothing, and is made, or given the password that is in it (docs/operations.md, Database login). ' +
      'May be run at any time and as often as you like; docker compose does at each start.',
  ].join('\n'),
  run: async ({ environment, print }, args) => {
    parseArgs({ args, options: {} });
    const { DATABASE_URL: ownerUrl, API_DATABASE_URL: login } = parseConfig(schema, environment);
    const { applied } = await migrate(ownerUrl, { logger: createLogger({ name: 'database', level: 'silent' }) });
    await ensureApiLogin(ownerUrl, login).catch((error: unknown) => {
      throw error instanceof ApiLoginError ? new CommandError(error.message, { cause: error }) : error;
    });
    print(
      `${describeCount(applied.length, 'migration')} applied. The api’s login is ${login.name}, which owns nothing.`,
    );
    return 0;
  },
};

const schema = z
  .object({
    ...databaseConfigFields,
    API_DATABASE_URL: databaseConfigFields.DATABASE_URL.transform(loginIn).refine(
      ({ name, password }) => name !== '' && password !== '',
      'must have a user and a password',
    ),
  })
  .check(tlsInProduction);
