import type { SecretString } from '#core/secret-string.js';

const prefixes = /^sk-(?:proj-|svcacct-|admin-|service-)?/;

/** What of a key may be shown: the prefix that tells its kind and its last four characters, as OpenAI itself shows. */
export function maskSecret(secret: SecretString): string {
  const text = secret.reveal();
  return `${prefixes.exec(text)?.[0] ?? ''}…${text.slice(-4)}`;
}
