import { setTimeout as delay } from 'node:timers/promises';
import { systemClock } from '#core/clock.js';
import { ConfigError } from '#core/config.js';
import { endInOrder } from '#core/end-in-order.js';
import { createLogger } from '#core/logger.js';
import { exitConfig, readEnvironment } from '#core/read-environment.js';
import type { MasterKeyRing } from '#crypto/key-ring.js';
import type { Database } from '#db/database.js';
import { migrate } from '#db/migrate.js';
import { unscopedEnsurePartitions } from '#domain/operations/unscoped-ensure-partitions.js';
import {
  AlteredDataKeyError,
  MasterKeyMismatchError,
  unscopedAssertMasterKeyFits,
} from '#domain/tenants/unscoped-assert-master-key-fits.js';
import { ensureFirstAccess, FirstAccessError } from '#domain/tenants/ensure-first-access.js';
import { platformSlug } from '#domain/tenants/tenant.js';
import { readMasterKeys } from '#domain/master-key/read-master-keys.js';
import { unscopedFindTenantBySlug } from '#domain/tenants/unscoped-find-tenant-by-slug.js';
import { createApp } from './app.js';
import { readCertificateFiles } from './certificate.js';
import { type ApiConfig, readApiConfig } from './config.js';
import { openConnections } from './connections.js';
import { createAppDeps } from './create-app-deps.js';
import { createDashboard } from './dashboard/create-dashboard.js';
import { keepGarbageYoung } from './keep-garbage-young.js';
import { drain, listen, ListenError } from './listen.js';
import { readOpenIdSettings } from './openid/openid-settings.js';

/** Requests under way get this long to end. With what follows it stays below the 7 s after which `npm start` kills. */
const drainMs = 5_500;
/** What is connected to something that is gone may never close; ending closes it as well. */
const closeMs = 1_000;

async function main(): Promise<void> {
  keepGarbageYoung();
  const environment = readEnvironment();
  const { ring, faults } = await readMasterKeys(environment);
  const openId = readOpenIdSettings(environment);
  const certificate = readCertificateFiles(environment);
  const config = readApiConfig(environment, [...faults, ...openId.faults, ...certificate.faults]);
  if (!ring) throw new ConfigError(faults);
  const logger = createLogger({ name: 'api', level: config.LOG_LEVEL });

  await migrate(config.DATABASE_URL, { logger });
  const connections = await openConnections(config, { logger });
  await unscopedAssertMasterKeyFits({ db: connections.db, ring });
  await ensureAccess(config, { db: connections.db, ring });
  await unscopedEnsurePartitions({ db: connections.db, clock: systemClock });

  const app = createApp(createAppDeps(config, { connections, ring, logger, openId: openId.settings }), createDashboard);
  const { HOST: host, PORT } = config;
  const tls = certificate.files && { files: certificate.files, logger };
  const { server, port } = await listen(app, { host, port: PORT, tls });
  const close = async () => {
    await drain(server, drainMs);
    await Promise.race([connections.close(), delay(closeMs)]);
  };
  endInOrder({ logger, process }, { close, withinMs: drainMs + closeMs });
  logger.info({ host, port, tls: tls !== null }, 'api listening');
  // To `npm start`, which tells people. It may be gone by now, and we are ending then.
  process.send?.(urlOf({ host, port, isTls: tls !== null }), undefined, undefined, () => undefined);
}

const reachedAsLocalhost = ['0.0.0.0', '::', '127.0.0.1', '::1'];

/** For people on this machine, where it listens there. */
function urlOf({ host, port, isTls }: { host: string; port: number; isTls: boolean }): string {
  const name = reachedAsLocalhost.includes(host) ? 'localhost' : host.includes(':') ? `[${host}]` : host;
  return `${isTls ? 'https' : 'http'}://${name}:${port}`;
}

/** Without API_KEY, whoever starts us (`npm start`) makes the first token once we listen, or an earlier start has. */
async function ensureAccess(config: ApiConfig, deps: { db: Database; ring: MasterKeyRing }): Promise<void> {
  if (config.API_KEY !== undefined) {
    await ensureFirstAccess({ ...deps, clock: systemClock }, { token: config.API_KEY });
  } else if (!(await unscopedFindTenantBySlug(deps, platformSlug))) {
    throw new ConfigError(['API_KEY: is required for the first start on an empty database, as its first access token']);
  }
}

/** Faults that only somebody's decision can mend: starting again would change nothing. */
const lasting = [ConfigError, MasterKeyMismatchError, AlteredDataKeyError, FirstAccessError, ListenError];

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(lasting.some((kind) => error instanceof kind) ? exitConfig : 1);
});
