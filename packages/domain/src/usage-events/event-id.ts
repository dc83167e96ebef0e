import { hash } from 'node:crypto';

/**
 * The id of the usage record that an idempotency key makes: UUIDv8 (RFC 9562 §5.8), 122 bits of the key's SHA-256. Being
 * the same each time, it is the gate against a second record, and leads from the key to the first.
 */
export function eventId(idempotencyKey: string): string {
  const digest = hash('sha256', idempotencyKey, 'hex');
  const variant = ((Number.parseInt(digest.charAt(16), 16) & 0b0011) | 0b1000).toString(16);
  return [
    digest.slice(0, 8),
    digest.slice(8, 12),
    `8${digest.slice(13, 16)}`,
    variant + digest.slice(17, 20),
    digest.slice(20, 32),
  ].join('-');
}
