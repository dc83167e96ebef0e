import { encodeUtf8 } from './utf8.js';

const lengthBytes = 4;

/**
 * Joins texts so that no two different lists give the same bytes: each text is preceded by its length
 * (UTF-8, 32-bit big-endian). Without it, ('ab', 'c') and ('a', 'bc') would be one place.
 */
export function associatedData(formatVersion: number, parts: readonly string[]): Buffer {
  const encoded = parts.map(encodeUtf8);
  const size = encoded.reduce((sum, part) => sum + lengthBytes + part.length, 1);
  const result = Buffer.allocUnsafe(size);
  let offset = result.writeUInt8(formatVersion, 0);
  for (const part of encoded) {
    offset = result.writeUInt32BE(part.length, offset);
    offset += part.copy(result, offset);
  }
  return result;
}
