import { redactSecrets } from '#core/logger.js';
import type { SecretString } from '#core/secret-string.js';
import { secretWritings } from './secret-writings.js';

/**
 * Longer than any text of OpenAI. An answer may have megabytes, and searching those with a pattern would stop the process
 * for everybody else. A secret that the cut leaves half of is recognised as a piece.
 */
export const longestRead = 4_096;

// Asterisks as in OpenAI's 401, dots as in its API reference; the last four characters are part of either. The first
// begins where a word does, so that no word is searched again from each of its characters.
const masks = /(?<![^\s"'`])[^\s"'`]*?\*{3,}[^\s"'`]*|\bsk-[\w-]*(?:\.{3}|…)[\w-]*/g;
// Control characters move the cursor of a terminal.
const invisible = /[\s\p{Cc}]+/gu;
/** Longer than any prefix of keys, which is no secret, and too short to be of use. */
const pieceLength = 12;
const words = /[\w%-]{12,}={0,2}/g;
/**
 * Of no width: between the characters of a secret they hide it from every search, and from nobody who copies it. Some turn the
 * direction of what follows them.
 */
const unseen = /\p{Cf}/gu;

/**
 * Text from the provider that is fit to store and show: the secret (as it is, or as `secretWritings` has it), every piece of it
 * and every masked form of it replaced, white space folded, at most `maxLength` characters. Null stays null, and text of
 * nothing becomes it.
 */
export function redactProviderText(
  text: string | null | undefined,
  options: { secret: SecretString; maxLength: number },
): string | null {
  if (typeof text !== 'string') return null;
  const plaintext = options.secret.reveal();
  const read = text.slice(0, longestRead).replace(unseen, '');
  const withoutSecret = plaintext === '' ? read : read.replaceAll(plaintext, '[redacted]');
  const withoutPieces = redactPieces(withoutSecret.replace(masks, '[redacted]'), plaintext);
  const clean = redactSecrets(withoutPieces).replace(invisible, ' ').trim();
  return clean.slice(0, options.maxLength) || null;
}

/** Replaces each word that has a piece of the secret in it: what is left of one that was cut, wrapped or upper-cased. */
function redactPieces(text: string, plaintext: string): string {
  const written = secretWritings(plaintext).join('\n').toLowerCase();
  return text.replace(words, (word) => (piecesOf(word).some((piece) => written.includes(piece)) ? '[redacted]' : word));
}

function piecesOf(word: string): string[] {
  const lower = word.toLowerCase();
  const count = lower.length - pieceLength + 1;
  return Array.from({ length: count }, (_, start) => lower.slice(start, start + pieceLength));
}
