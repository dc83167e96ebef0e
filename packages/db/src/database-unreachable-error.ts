/** The server of DATABASE_URL does not let us in. The message says why, without the URL and its password. */
export class DatabaseUnreachableError extends Error {
  override readonly name = 'DatabaseUnreachableError';

  constructor(cause: unknown) {
    super(`The database of DATABASE_URL cannot be used: ${reasonOf(cause)}.`, { cause });
  }
}

// SQLSTATE classes 28 and 3D, and Node's system errors.
const reasons: Readonly<Record<string, string>> = {
  '28P01': 'it refuses this user and password',
  '28000': 'it refuses this user',
  '3D000': 'there is no database of this name',
  '57P03': 'it is still starting',
  ECONNREFUSED: 'nothing listens at its address',
  ENOTFOUND: 'its host is unknown',
  EAI_AGAIN: 'its host cannot be resolved right now',
  ETIMEDOUT: 'it does not answer',
  ECONNRESET: 'it closed the connection',
};

function reasonOf(cause: unknown): string {
  const code = (cause as { code?: unknown } | null)?.code;
  return (typeof code === 'string' && (reasons[code] ?? code)) || 'it does not answer';
}
