import { constants } from 'node:fs';
import { access, chmod, mkdir } from 'node:fs/promises';
import { EmbeddedPostgresError } from './embedded-postgres-error.js';

/**
 * Makes sure that the home folder exists and can be written. Idempotent.
 * A new folder is 0700; made by root it is 0711, because Postgres refuses to run as root and its user has to pass
 * through to `postgres/` (which is 0700 again, as every secret beside it is 0600). Modes of existing folders stay.
 * @throws EmbeddedPostgresError when the folder cannot be made or written
 */
export async function ensureHome(home: string): Promise<void> {
  const mode = process.getuid?.() === 0 ? 0o711 : 0o700;
  try {
    const made = await mkdir(home, { recursive: true, mode });
    // Again without the umask's say.
    if (made !== undefined) await chmod(home, mode);
    await access(home, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown reason';
    throw new EmbeddedPostgresError(
      `Cannot write to the data folder ${home} (${code}): make it writable, or set KEYLEDGER_HOME to another folder.`,
      { cause: error },
    );
  }
}
