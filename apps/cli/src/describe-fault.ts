import { ConfigError } from '#core/config.js';
import { Problem } from '#core/problem.js';
import { CannotOpenError } from '#crypto/cannot-open-error.js';
import { MasterKeySharesError } from '#crypto/master-key-shares.js';
import { InvalidMasterKeyError } from '#crypto/master-key.js';
import { DatabaseUnreachableError } from '#db/database-unreachable-error.js';
import { EmbeddedPostgresError } from '#db/embedded/embedded-postgres-error.js';
import { MigrationError } from '#db/migrate.js';
import { BackupError } from '#domain/backup/backup-error.js';
import { CannotResealError } from '#domain/data-keys/reseal-secrets.js';
import { HomeError } from '#domain/master-key/home-error.js';
import { KeyManagementAwayError, KeyManagementRefusal } from '#domain/master-key/key-management-service.js';
import { AlteredDataKeyError, MasterKeyMismatchError } from '#domain/tenants/unscoped-assert-master-key-fits.js';
import { CommandError } from './command.js';
import { PendingMigrationsError } from './open-installation.js';

/** Faults that say in one sentence what the person at the terminal can do about them. */
const forPeople = [
  AlteredDataKeyError,
  BackupError,
  CannotOpenError,
  CannotResealError,
  CommandError,
  ConfigError,
  DatabaseUnreachableError,
  EmbeddedPostgresError,
  HomeError,
  InvalidMasterKeyError,
  KeyManagementAwayError,
  KeyManagementRefusal,
  MasterKeySharesError,
  MasterKeyMismatchError,
  MigrationError,
  PendingMigrationsError,
  Problem,
];

/** The sentence of a fault that people can mend; the whole stack of anything else, which is our mistake. */
export function describeFault(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return forPeople.some((kind) => error instanceof kind) ? error.message : (error.stack ?? error.message);
}
