import { inspect } from 'node:util';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { deriveKey } from './derive-key.js';
import { generateMasterKey, InvalidMasterKeyError, parseMasterKey } from './master-key.js';

// The whole text of each refusal is fixed, so it cannot repeat what was refused.
const malformed = new InvalidMasterKeyError('must be 32 random bytes, written as base64 or as 64 hex digits');
const predictable = new InvalidMasterKeyError('is too predictable');

function refusalOf(text: string): unknown {
  try {
    return parseMasterKey(text);
  } catch (error) {
    return error;
  }
}

/** `openssl rand -hex 32`, once. */
const hexText = '5d3f8a1c9e72b604d8f1a35c7be92046a1d5c83f7e0b49622f9ad47c15e38b06';
const bytes = Buffer.from(hexText, 'hex');

describe('a master key', () => {
  test.each([
    ['hex', hexText],
    ['upper-case hex', hexText.toUpperCase()],
    ['base64', bytes.toString('base64')],
    ['base64 without padding', bytes.toString('base64').slice(0, -1)],
    ['base64url', bytes.toString('base64url')],
    ['surrounding white space', ` \n${bytes.toString('base64')}\r\n`],
  ])('is the same key, with the same id, from %s', (_form, text) => {
    const masterKey = parseMasterKey(text);
    expect(masterKey.secret.export().equals(bytes)).toBe(true);
    expect(masterKey.id).toBe('3c8cd879f5ee4c55');
  });

  test('has an id of which no part is in the key', () => {
    const { id } = parseMasterKey(hexText);
    expect(id).toMatch(/^[0-9a-f]{16}$/);
    for (let start = 0; start <= id.length - 6; start += 1) {
      expect(hexText).not.toContain(id.slice(start, start + 6));
    }
  });

  test('is shown by neither inspect nor JSON', () => {
    const masterKey = parseMasterKey(hexText);
    const shown = inspect(masterKey, { depth: null, showHidden: true }) + JSON.stringify(masterKey);
    for (const encoding of ['hex', 'base64', 'base64url', 'latin1'] as const) {
      expect(shown).not.toContain(bytes.toString(encoding));
    }
    expect(shown).not.toContain('<Buffer');
    expect(JSON.parse(JSON.stringify(masterKey))).toEqual({ id: masterKey.id, secret: {} });
  });
});

test('generated master keys are accepted, and no two are the same', () => {
  const ids = Array.from({ length: 2000 }, () => parseMasterKey(generateMasterKey()).id);
  expect(new Set(ids).size).toBe(ids.length);
});

test('a refusal says how to make a master key', () => {
  expect(malformed.message).toBe(
    'The master key must be 32 random bytes, written as base64 or as 64 hex digits. Make one with: openssl rand -base64 32',
  );
  expect(predictable.message).toBe('The master key is too predictable. Make one with: openssl rand -base64 32');
});

describe('refused without being repeated:', () => {
  const base64 = (from: Uint8Array) => Buffer.from(from).toString('base64');
  const every = (make: (index: number) => number, length = 32) => Uint8Array.from({ length }, (_, i) => make(i));

  /** Unordered bytes of which exactly so many are different: the last ones repeat earlier ones. */
  const withDistinctValues = (count: number) => {
    const distinct = [...new Set(bytes)];
    return every((i) => distinct[i < count ? i : (i * i * 3) % count] ?? 0);
  };

  test('but 17 distinct values are not', () => {
    expect(refusalOf(base64(withDistinctValues(17)))).toHaveProperty('id');
  });

  test.each([
    ['31 bytes', base64(bytes.subarray(1))],
    ['33 bytes', base64(Buffer.concat([bytes, bytes.subarray(0, 1)]))],
    ['63 hex digits', hexText.slice(1)],
    ['65 hex digits', `${hexText}0`],
    ['48 bytes of base64', base64(Buffer.concat([bytes, bytes.subarray(16)]))],
    ['a passphrase', 'correct horse battery staple'],
    ['nothing', ' '],
    ['quotes around it', `"${bytes.toString('base64')}"`],
    ['white space inside', `${hexText.slice(0, 32)} ${hexText.slice(32)}`],
  ])('%s', (_name, text) => {
    expect(refusalOf(text)).toEqual(malformed);
  });

  test.each([
    ['all zero', '00'.repeat(32)],
    ['all one byte', 'a7'.repeat(32)],
    ['a repeated pattern', '0123456789abcdef'.repeat(4)],
    ['16 random bytes twice', hexText.slice(0, 32).repeat(2)],
    ['16 distinct values without a pattern', base64(withDistinctValues(16))],
    ['a counting sequence', base64(every((i) => i))],
    ['a sequence with steps', base64(every((i) => 250 - i * 5))],
    ['a passphrase of 32 characters', base64(Buffer.from('correct-horse/battery+Staple 42!'))],
    ['hex text in base64', base64(Buffer.from(hexText.slice(0, 32)))],
    ['a word in the alphabet of base64', 'changeme'.repeat(6).slice(0, 43)],
  ])('%s', (_name, text) => {
    expect(refusalOf(text)).toEqual(predictable);
  });

  test('any text that is no key', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(refusalOf(text)).toEqual(malformed);
      }),
    );
  });
});

describe('a derived key', () => {
  const masterKey = parseMasterKey(hexText);
  const bytesOf = (...args: Parameters<typeof deriveKey>) =>
    deriveKey(...args)
      .export()
      .toString('hex');

  test('is the same in every process, for as long as the master key is', () => {
    expect(bytesOf(parseMasterKey(hexText), 'session-signing', 32)).toBe(
      '2bc9cbfc2ea2a5c9cd43076f9c618252c2f0d8741be8d4e4a7294f6ab05e06be',
    );
  });

  test('is different for each purpose and each master key, and is not the master key', () => {
    const keys = [
      hexText,
      bytesOf(masterKey, 'session-signing', 32),
      bytesOf(masterKey, 'wrap', 32),
      bytesOf(parseMasterKey(generateMasterKey()), 'session-signing', 32),
    ];
    expect(new Set(keys).size).toBe(keys.length);
  });

  test('has the length that was asked for', () => {
    expect(deriveKey(masterKey, 'session-signing', 64).symmetricKeySize).toBe(64);
  });
});
