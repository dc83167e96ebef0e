import { type CertificateFault, certificateFaultOf } from '#core/certificate-fault.js';

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

const certificateReasons: Readonly<Record<CertificateFault, string>> = {
  untrusted:
    'its certificate is of an authority that is not trusted here: name that in NODE_EXTRA_CA_CERTS, or as sslrootcert in its address',
  'out-of-time': 'its certificate is not valid today',
  'another-name': 'its certificate is of another host',
};

/** In the driver's words, as it gives no code. */
const withoutTls = 'The server does not support SSL connections';

function reasonOf(cause: unknown): string {
  if (cause instanceof Error && cause.message === withoutTls) return 'it has no TLS, which its address demands';
  const code = (cause as { code?: unknown } | null)?.code;
  if (typeof code !== 'string' || code === '') return 'it does not answer';
  const fault = certificateFaultOf(code);
  return fault ? certificateReasons[fault] : (reasons[code] ?? code);
}
