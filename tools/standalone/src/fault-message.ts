import { ConfigError } from '#core/config.js';
import { InvalidMasterKeyError } from '#crypto/master-key.js';
import { DatabaseUnreachableError } from '#db/database-unreachable-error.js';
import { EmbeddedPostgresError } from '#db/embedded/embedded-postgres-error.js';
import { MigrationError } from '#db/migrate.js';
import { HomeError } from '#domain/master-key/home-error.js';
import { KeyManagementAwayError } from '#domain/master-key/key-management-service.js';
import { AlteredDataKeyError, MasterKeyMismatchError } from '#domain/tenants/unscoped-assert-master-key-fits.js';
import { FirstAccessError } from '#domain/tenants/ensure-first-access.js';
import { StandaloneError } from './standalone-error.js';

const forPeople = [
  AlteredDataKeyError,
  ConfigError,
  DatabaseUnreachableError,
  EmbeddedPostgresError,
  FirstAccessError,
  HomeError,
  InvalidMasterKeyError,
  KeyManagementAwayError,
  MasterKeyMismatchError,
  MigrationError,
  StandaloneError,
];

/** The one sentence of a fault that people can mend; the whole stack of anything else, which is our mistake. */
export function faultMessage(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return forPeople.some((kind) => error instanceof kind) ? error.message : (error.stack ?? error.message);
}
