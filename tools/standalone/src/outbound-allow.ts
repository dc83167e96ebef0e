/** This machine, by address. */
const loopback = '127.0.0.0/8,::1';

/**
 * What api and worker are told of OUTBOUND_ALLOW. Who tries Keyledger on a machine of their own may have a proxy on it, and
 * the demo has its simulator there, so with the embedded database this machine is allowed. Any other installation says so
 * itself.
 */
export function outboundAllow(given: string | undefined, { isEmbedded }: { isEmbedded: boolean }): string | undefined {
  return given || (isEmbedded ? loopback : undefined);
}
