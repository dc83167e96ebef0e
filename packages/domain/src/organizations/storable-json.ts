/**
 * What OpenAI answered as JSON that Postgres can hold: of texts and names without NUL, for which it has no place, and with U+FFFD
 * for half a surrogate pair. A backslash before `u0000` that somebody typed stays what it is.
 */
export function storableJson(value: unknown): string {
  return JSON.stringify(value).replaceAll(escape, (found) => {
    if (found === String.raw`\u0000`) return '';
    // JSON.stringify escapes no pair, and nothing else from there on.
    return found.startsWith(String.raw`\ud`) ? '\u{fffd}' : found;
  });
}

/** A whole escape, so that the second of two backslashes begins none. */
const escape = /\\(?:u[\da-f]{4}|.)/g;
