import { ConfigError } from '#core/config.js';
import { Problem } from '#core/problem.js';
import { CannotOpenError } from '#crypto/cannot-open-error.js';
import { MasterKeySharesError } from '#crypto/master-key-shares.js';
import { InvalidMasterKeyError } from '#crypto/master-key.js';
import { DatabaseUnreachableError } from '#db/database-unreachable-error.js';
import { driverFault } from '#db/driver-fault.js';
import { EmbeddedPostgresError } from '#db/embedded/embedded-postgres-error.js';
import { MigrationError } from '#db/migrate.js';
import { BackupError } from '../backup/backup-error.js';
import { CannotResealError } from '../data-keys/reseal-secrets.js';
import { HomeError } from '../master-key/home-error.js';
import { KeyManagementAwayError, KeyManagementRefusedError } from '../master-key/key-management-service.js';
import { FirstAccessError } from '../tenants/ensure-first-access.js';
import { AlteredDataKeyError, MasterKeyMismatchError } from '../tenants/unscoped-assert-master-key-fits.js';

/** Faults that say in one sentence what the person at the terminal can do about them. */
const forPeople = [
  AlteredDataKeyError,
  BackupError,
  CannotOpenError,
  CannotResealError,
  ConfigError,
  DatabaseUnreachableError,
  EmbeddedPostgresError,
  FirstAccessError,
  HomeError,
  InvalidMasterKeyError,
  KeyManagementAwayError,
  KeyManagementRefusedError,
  MasterKeySharesError,
  MasterKeyMismatchError,
  MigrationError,
  Problem,
];

/** What Postgres refuses where somebody has to do something about the database, by SQLSTATE. */
const refusals: Readonly<Record<string, string>> = {
  '42501':
    'The database does not permit this: “keyledger doctor” says which grants or policies are not as they should be.',
  '53100': 'The disk of the database is full.',
};

type ErrorClass = abstract new (...args: never[]) => Error;

/**
 * The sentence of a fault that people can mend; the whole stack of anything else, which is our mistake.
 * @param own such faults of the program that asks, which nobody else knows
 */
export function describeFault(error: unknown, own: readonly ErrorClass[]): string {
  if (!(error instanceof Error)) return String(error);
  const isForPeople = [...forPeople, ...own].some((kind) => error instanceof kind);
  if (isForPeople) return error.message;
  return refusals[driverFault(error).sqlState ?? ''] ?? error.stack ?? error.message;
}
