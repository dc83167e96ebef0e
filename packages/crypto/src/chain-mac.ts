import { createHmac, randomBytes } from 'node:crypto';

/** A new key for `chainMac`: 32 random bytes as base64. */
export function createChainKey(): string {
  return randomBytes(32).toString('base64');
}

/**
 * What a link of a chain carries: HMAC-SHA-256 (RFC 2104) of the link before and its own content, 32 bytes. Whoever lacks
 * the key can neither alter a link nor make one; whoever has all links can only cut off the last.
 */
export function chainMac(key: string, previous: Uint8Array, content: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(
    createHmac('sha256', Buffer.from(key, 'base64')).update(previous).update(content, 'utf8').digest(),
  );
}

/** What the first link follows. */
export const chainStart: Uint8Array = new Uint8Array(32);
