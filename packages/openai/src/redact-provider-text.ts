import { redactSecrets } from '#core/logger.js';
import type { SecretString } from '#core/secret-string.js';

// Asterisks as in OpenAI's 401, dots as in its API reference; the last four characters are part of either.
const masks = /[^\s"'`]*\*{3,}[^\s"'`]*|\bsk-[\w-]*(?:\.{3}|…)[\w-]*/g;

/**
 * Text from the provider that is fit to store and show: the secret and every masked form of it replaced, white space
 * folded, at most `maxLength` characters. Null stays null, and so does text of nothing.
 */
export function redactProviderText(
  text: string | null | undefined,
  options: { secret: SecretString; maxLength: number },
): string | null {
  if (typeof text !== 'string') return null;
  const plaintext = options.secret.reveal();
  const withoutSecret = plaintext === '' ? text : text.replaceAll(plaintext, '[redacted]');
  const clean = redactSecrets(withoutSecret.replace(masks, '[redacted]')).replace(/\s+/g, ' ').trim();
  return clean.slice(0, options.maxLength) || null;
}
