/**
 * A secret as servers write it where they tell what they were sent: as it is, in hexadecimal, with every byte percent-encoded,
 * and in Base64, where three beginnings are possible: without the characters at either end that others share. What keys are
 * made of is the same in both alphabets of Base64.
 */
export function secretWritings(plaintext: string): string[] {
  if (plaintext === '') return [];
  const bytes = Buffer.from(plaintext);
  const hex = bytes.toString('hex');
  const percent = hex.replaceAll(/../g, '%$&');
  const base64 = [0, 1, 2].map((before) => inBase64(bytes, before));
  return [plaintext, hex, hex.toUpperCase(), percent, percent.toUpperCase(), ...base64];
}

/** Behind so many bytes of something else, such as of `user:`. */
function inBase64(bytes: Buffer, before: number): string {
  const text = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64url');
  return text.slice(Math.ceil((before * 8) / 6), Math.floor(((before + bytes.length) * 8) / 6));
}
