/** Bytes of a UUID in a ciphertext. */
export const uuidByteLength = 16;

const uuidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** The 16 bytes of a UUID text. Throws a TypeError when it is none. */
export function uuidToBytes(id: string): Buffer {
  if (!uuidPattern.test(id)) throw new TypeError('The id is not a UUID');
  return Buffer.from(id.replaceAll('-', ''), 'hex');
}

/** The lower-case UUID text of 16 bytes. */
export function uuidFromBytes(bytes: Buffer): string {
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
