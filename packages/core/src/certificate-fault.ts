/** What is wrong with the certificate of a server that was to be connected to. */
export type CertificateFault = 'untrusted' | 'out-of-time' | 'another-name';

const faults: Readonly<Record<string, CertificateFault>> = {
  SELF_SIGNED_CERT_IN_CHAIN: 'untrusted',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'untrusted',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'untrusted',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'untrusted',
  CERT_HAS_EXPIRED: 'out-of-time',
  CERT_NOT_YET_VALID: 'out-of-time',
  ERR_TLS_CERT_ALTNAME_INVALID: 'another-name',
};

/** By the code of a failed connection, as OpenSSL and Node give it; undefined where that is of something else. */
export function certificateFaultOf(code: string): CertificateFault | undefined {
  return Object.hasOwn(faults, code) ? faults[code] : undefined;
}
