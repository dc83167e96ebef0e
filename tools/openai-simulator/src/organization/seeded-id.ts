import { seededRandom } from './seeded-random.js';

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** An id such as `proj_4fZ…`, the same for the same seed and number, as long as OpenAI's own. */
export function seededId(prefix: string, options: { seed: number; number: number; length: number }): string {
  const salt = Array.from(prefix).reduce((sum, letter) => sum * 31 + letter.charCodeAt(0), 7);
  const letters = Array.from({ length: options.length }, (_each, position) => {
    const draw = seededRandom(options.seed, salt, options.number, position);
    return alphabet.charAt(Math.floor(draw * alphabet.length));
  });
  return prefix + letters.join('');
}
