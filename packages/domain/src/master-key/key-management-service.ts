/**
 * What keeps a key of its own and wraps ours with it. The master key is stored wrapped, and unwrapped once when a program
 * starts: opening a secret asks nobody, so a service that is away stops starts, and no probe.
 */
export interface KeyManagementService {
  /** @returns what is stored in place of the master key; `isWrapped` recognises it */
  wrap(masterKey: string): Promise<string>;
  unwrap(wrapped: string): Promise<string>;
}

/** It refuses: its configuration or its policy has to be changed. The message begins with the variable. */
export class KeyManagementRefusedError extends Error {
  override readonly name = 'KeyManagementRefusedError';
}

/** It does not answer, or is sealed: starting again later may do. */
export class KeyManagementAwayError extends Error {
  override readonly name = 'KeyManagementAwayError';
}
