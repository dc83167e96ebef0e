import { createHash } from 'node:crypto';
import { combine, split } from 'shamir-secret-sharing';
import { type MasterKey, parseMasterKey } from './master-key.js';

/** Form of a share: `kls1-<id of the master key>-<threshold>-<share, base64url>-<checksum, 8 hex digits>`. */
const sharePattern = /^(kls1-([0-9a-f]{16})-(\d{1,3})-([A-Za-z0-9_-]{44}))-([0-9a-f]{8})$/;

/** Some shares are no master key. The message says what is wrong with which, and repeats none. */
export class MasterKeySharesError extends Error {
  override readonly name = 'MasterKeySharesError';
}

/**
 * Shamir's shares of a master key, over GF(2^8): any `threshold` of them give the key, and fewer say nothing about it.
 * Each is one line of text that names the key and says when it was mistyped.
 * @throws MasterKeySharesError unless 2 ≤ threshold ≤ shares ≤ 255
 */
export async function splitMasterKey(
  masterKey: MasterKey,
  { shares, threshold }: { shares: number; threshold: number },
): Promise<string[]> {
  const fits = Number.isInteger(shares) && Number.isInteger(threshold) && threshold >= 2 && threshold <= shares;
  if (!fits || shares > 255) {
    throw new MasterKeySharesError('There are 2 to 255 shares, and 2 or more of them, up to all, give the key.');
  }
  const bytes = masterKey.secret.export();
  try {
    const parts = await split(new Uint8Array(bytes), shares, threshold);
    return parts.map((part) => {
      const body = `kls1-${masterKey.id}-${threshold}-${Buffer.from(part).toString('base64url')}`;
      return `${body}-${checksum(body)}`;
    });
  } finally {
    bytes.fill(0);
  }
}

/**
 * The master key of enough of its shares, as base64. What comes out is checked against the id that they name, so
 * altered shares give no wrong key.
 * @throws MasterKeySharesError
 */
export async function combineMasterKeyShares(texts: readonly string[]): Promise<string> {
  const shares = texts.map(parseShare);
  const [first] = shares;
  if (!first) throw new MasterKeySharesError('There is no share.');
  if (shares.some(({ masterKeyId, threshold }) => masterKeyId !== first.masterKeyId || threshold !== first.threshold)) {
    throw new MasterKeySharesError('These shares are not all of one master key, split once.');
  }
  const distinct = new Map(shares.map((share) => [share.part.toString('hex'), share.part]));
  if (distinct.size < first.threshold) {
    throw new MasterKeySharesError(`It takes ${first.threshold} different shares; there are ${distinct.size}.`);
  }
  const bytes = Buffer.from(await combine([...distinct.values()].map((part) => new Uint8Array(part))));
  const text = bytes.toString('base64');
  if (parseMasterKey(text).id !== first.masterKeyId) {
    throw new MasterKeySharesError('These shares do not give the master key that they name: they are of two splits.');
  }
  return text;
}

function parseShare(text: string, index: number): { masterKeyId: string; threshold: number; part: Buffer } {
  const [, body = '', masterKeyId = '', threshold, part = '', sum] = sharePattern.exec(text.trim()) ?? [];
  if (body === '' || checksum(body) !== sum) throw new MasterKeySharesError(`Share ${index + 1} is mistyped or cut.`);
  return { masterKeyId, threshold: Number(threshold), part: Buffer.from(part, 'base64url') };
}

function checksum(body: string): string {
  return createHash('sha256').update(body, 'utf8').digest('hex').slice(0, 8);
}
