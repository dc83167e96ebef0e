const loneSurrogate = /\p{Surrogate}/u;

/**
 * UTF-8 of `text`. Throws a TypeError, which does not repeat it, on half of a surrogate pair: Node would replace it by
 * U+FFFD, so that two different texts would become the same bytes and the text could not be restored.
 */
export function encodeUtf8(text: string): Buffer {
  if (loneSurrogate.test(text)) throw new TypeError('The text is not well-formed Unicode');
  return Buffer.from(text, 'utf8');
}
