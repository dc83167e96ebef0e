import type { SecretString } from '#core/secret-string.js';

/** A key pasted with a curly quote or a zero-width space cannot stand in a header, so no provider ever issued it. */
export function isSendableSecret(secret: SecretString): boolean {
  return /^[\x21-\x7e]+$/.test(secret.reveal());
}
