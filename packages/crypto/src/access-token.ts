import { createHash, randomBytes } from 'node:crypto';

const secretBytes = 32;
const checksumDigits = 6;

/**
 * A new access token, `klt_<43 characters base64url>_<6 hex digits>`, and the hash under which it is stored. The
 * prefix and the checksum (the first digits of the SHA-256 of what precedes it) let secret scanners recognise a leaked
 * one without asking us, with next to no false alarms.
 */
export function createAccessToken(): { token: string; hash: Uint8Array<ArrayBuffer> } {
  const body = `klt_${randomBytes(secretBytes).toString('base64url')}`;
  const token = `${body}_${checksum(body)}`;
  return { token, hash: hashAccessToken(token) };
}

/**
 * SHA-256 of any token, ours or one that an operator chose: 32 bytes to store and to look up by. A slow, salted hash
 * protects guessable passwords; 256 random bits cannot be guessed, and this runs on every request. A chosen token is
 * only as strong as it was chosen, which whoever accepts it has to see to.
 */
export function hashAccessToken(token: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(createHash('sha256').update(token, 'utf8').digest());
}

function checksum(body: string): string {
  return createHash('sha256').update(body, 'utf8').digest('hex').slice(0, checksumDigits);
}
