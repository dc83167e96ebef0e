import { BackupError } from './backup-error.js';

/** @param holding the first thing that was found */
export function notEmpty(holding: string): BackupError {
  return new BackupError(
    `The database is not empty: it holds ${holding}. A backup is restored into an empty one only: make a new database, ` +
      'and restore before any program of Keyledger is started on it.',
  );
}
