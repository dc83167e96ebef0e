import { parseArgs } from 'node:util';
import { z } from 'zod';
import { systemClock } from '#core/clock.js';
import { ConfigError, parseConfig } from '#core/config.js';
import { databaseConfigFields, sharedConfigFields } from '#core/shared-config.js';
import { tlsInProduction } from '#core/tls-in-production.js';
import { openDatabase } from '#db/database.js';
import { EmbeddedPostgresError } from '#db/embedded/embedded-postgres-error.js';
import { diagnose } from '#domain/doctor/diagnose.js';
import type { Finding } from '#domain/doctor/finding.js';
import { HomeError } from '#domain/master-key/home-error.js';
import { readMasterKeys } from '#domain/master-key/read-master-keys.js';
import type { Command, CommandContext, ExitStatus } from '../command.js';
import { describeFindings } from '../describe-findings.js';
import { findConfigFaults } from '../find-config-faults.js';
import { inspectCertificate } from '../inspect-certificate.js';
import { readQueue } from '../read-queue.js';

type Environment = CommandContext['environment'];

export const doctor: Command = {
  name: 'doctor',
  summary: 'Look at everything this stands on, and say what to do about it',
  usage: [
    '',
    '',
    '  Changes nothing and shows no secret. Ends with 1 if something fails, and with 0 if there are warnings at most.',
  ].join('\n'),
  run: async (context, args) => {
    parseArgs({ args, options: {} });
    try {
      return await context.withStoredData(async (environment) => tell(context, await examine(environment)));
    } catch (error) {
      if (!(error instanceof HomeError || error instanceof EmbeddedPostgresError)) throw error;
      return tell(context, [{ subject: 'Home', state: 'fail', says: error.message }]);
    }
  },
};

function tell({ print, lineWidth }: CommandContext, findings: readonly Finding[]): ExitStatus {
  const count = (wanted: Finding['state']) => findings.filter(({ state }) => state === wanted).length;
  print(describeFindings(findings, lineWidth));
  print(`\n${count('ok')} ok, ${count('warn')} to know, ${count('fail')} to mend`);
  return count('fail') === 0 ? 0 : 1;
}

async function examine(environment: Environment): Promise<Finding[]> {
  const { ring, faults } = await readMasterKeys(environment);
  const configuration = [...inspectConfiguration(environment, faults), ...inspectCertificate(environment, systemClock)];
  const connections = readConnections(environment);
  if (!connections) return configuration;
  const { DATABASE_URL: databaseUrl, REDIS_URL: redisUrl } = connections;
  const db = openDatabase({ url: databaseUrl, poolSize: 2 });
  try {
    const deps = { databaseUrl, db, ring, clock: systemClock, readQueue: () => readQueue({ databaseUrl, redisUrl }) };
    return [...configuration, ...(await diagnose(deps))];
  } finally {
    await db.close();
  }
}

const connectionsSchema = z
  .object({ ...databaseConfigFields, REDIS_URL: sharedConfigFields.REDIS_URL })
  .check(tlsInProduction);

/** Null when they must not be used, which `inspectConfiguration` tells. */
function readConnections(environment: Environment): z.infer<typeof connectionsSchema> | null {
  try {
    return parseConfig(connectionsSchema, environment);
  } catch (error) {
    if (error instanceof ConfigError) return null;
    throw error;
  }
}

/** As api and worker read it. */
function inspectConfiguration(environment: Environment, keyFaults: readonly string[]): Finding[] {
  const subject = 'Configuration';
  const faults = [...findConfigFaults(environment), ...keyFaults];
  if (faults.length === 0) return [{ subject, state: 'ok', says: 'can be used by api and worker' }];
  const remedy = '.env.example says what each variable means.';
  return faults.map((says) => ({ subject, state: 'fail', says, remedy }));
}
