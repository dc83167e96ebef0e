import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { combineMasterKeyShares, splitMasterKey } from './master-key-shares.js';
import { generateMasterKey, parseMasterKey } from './master-key.js';

const text = generateMasterKey();
const key = parseMasterKey(text);
const fiveOfThree = () => splitMasterKey(key, { shares: 5, threshold: 3 });

test('any three of five shares give the key, in any order, with white space around and one said twice', async () => {
  const shares = await fiveOfThree();
  await fc.assert(
    fc.asyncProperty(fc.shuffledSubarray(shares, { minLength: 3 }), async (some) => {
      expect(await combineMasterKeyShares([...some, ` ${some[0] ?? ''}\n`])).toBe(text);
    }),
  );
});

test('fewer are refused, also when one is there twice', async () => {
  const [one = '', two = ''] = await fiveOfThree();
  await expect(combineMasterKeyShares([one, two, two])).rejects.toThrow('It takes 3 different shares; there are 2.');
  await expect(combineMasterKeyShares([])).rejects.toThrow('There is no share.');
});

test('two shares do not give the key even to one who says that two are enough', async () => {
  const forged = (await fiveOfThree()).slice(0, 2).map(async (share) => {
    const body = share.replace(/-[0-9a-f]{8}$/, '').replace(/-3-/, '-2-');
    const { createHash } = await import('node:crypto');
    return `${body}-${createHash('sha256').update(body).digest('hex').slice(0, 8)}`;
  });
  await expect(combineMasterKeyShares(await Promise.all(forged))).rejects.toThrow(
    /do not give the master key|predictable/,
  );
});

test('a mistyped share is named by its place, and not repeated', async () => {
  const shares = await fiveOfThree();
  const second = shares[1] ?? '';
  for (const wrong of [
    second.slice(0, -1),
    second.replace(/.(?=-[0-9a-f]{8}$)/, (c) => (c === 'A' ? 'B' : 'A')),
    'x',
  ]) {
    const failed = combineMasterKeyShares([shares[0] ?? '', wrong, shares[2] ?? '']);
    await expect(failed).rejects.toThrow(/^Share 2 is mistyped or cut\.$/);
  }
});

test('shares of two keys, or of two splits of one, are refused', async () => {
  const [one = '', two = ''] = await fiveOfThree();
  const others = await splitMasterKey(parseMasterKey(generateMasterKey()), { shares: 5, threshold: 3 });
  await expect(combineMasterKeyShares([one, two, others[2] ?? ''])).rejects.toThrow(/not all of one master key/);
  const again = await fiveOfThree();
  await expect(combineMasterKeyShares([one, two, again[2] ?? ''])).rejects.toThrow(/two splits|uplicate/);
});

test.each([
  [1, 1],
  [5, 1],
  [2, 3],
  [256, 3],
  [5, 2.5],
])('%d shares of which %d are enough are refused', async (shares, threshold) => {
  await expect(splitMasterKey(key, { shares, threshold })).rejects.toThrow(/2 to 255 shares/);
});
