/** The server of DATABASE_URL does not let us in. The message says why, without the URL and its password. */
export class DatabaseUnreachableError extends Error {
  override readonly name = 'DatabaseUnreachableError';

  constructor(cause: unknown) {
    super(`The database of DATABASE_URL cannot be used: ${reasonOf(cause)}.`, { cause });
  }
}

const untrusted =
  'its certificate is of an authority that is not trusted here: name that in NODE_EXTRA_CA_CERTS, or as sslrootcert in its address';
const outOfTime = 'its certificate is not valid today';

// SQLSTATE classes 28 and 3D, Node's system errors, and what OpenSSL and Node find wrong with a certificate.
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
  SELF_SIGNED_CERT_IN_CHAIN: untrusted,
  DEPTH_ZERO_SELF_SIGNED_CERT: untrusted,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: untrusted,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: untrusted,
  CERT_HAS_EXPIRED: outOfTime,
  CERT_NOT_YET_VALID: outOfTime,
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is of another host',
};

/** In the driver's words, as it gives no code. */
const withoutTls = 'The server does not support SSL connections';

function reasonOf(cause: unknown): string {
  if (cause instanceof Error && cause.message === withoutTls) return 'it has no TLS, which its address demands';
  const code = (cause as { code?: unknown } | null)?.code;
  return (typeof code === 'string' && (reasons[code] ?? code)) || 'it does not answer';
}
