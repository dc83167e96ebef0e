/** Nothing was sent: the address is none that we go to. The message names the host and what to do, and is safe to show. */
export class OutboundRefusedError extends Error {
  override readonly name = 'OutboundRefusedError';
  /** Where the network's own errors have `ECONNREFUSED`. */
  readonly code = 'OUTBOUND_REFUSED';
}
