import { randomUUID } from 'node:crypto';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { associatedData } from './associated-data.js';
import { CannotOpenError } from './cannot-open-error.js';
import { createDataKey, unwrapDataKey, type DataKey } from './data-key.js';
import { fingerprint } from './fingerprint.js';
import { createMasterKeyRing } from './key-ring.js';
import { generateMasterKey, parseMasterKey } from './master-key.js';
import { open, sealedWith } from './open.js';
import { seal } from './seal.js';

const tenantId = randomUUID();
const dataKey = newDataKey(tenantId);
const place = { tenantId, rowId: randomUUID(), field: 'secret' };
const secret = `sk-proj-${'Ab9_-'.repeat(31)}x`;
/** Any well-formed Unicode, with all that is awkward in it: NUL, BOM, astral planes, unassigned code points. */
const anyText = fc.string({ unit: 'binary', maxLength: 300 });

function newDataKey(tenantId: string): DataKey {
  const ring = createMasterKeyRing([parseMasterKey(generateMasterKey())]);
  const { id, wrapped } = createDataKey(ring, tenantId);
  return unwrapDataKey(ring, tenantId, id, wrapped);
}

/** Everything that a caller, a log or a response could see of a failure. */
function failureOf(action: () => unknown) {
  try {
    action();
  } catch (error) {
    const { constructor, name, message, code, cause } = error as CannotOpenError;
    return { constructor, name, message, code, cause, own: Object.keys(error as object) };
  }
  throw new Error('It opened');
}

const theOneFailure = {
  constructor: CannotOpenError,
  name: 'CannotOpenError',
  message: 'The sealed value cannot be opened',
  code: 'cannot-open',
  cause: undefined,
  own: ['code', 'name'],
};

function withBitFlipped(bytes: Uint8Array, bit: number): Uint8Array {
  const copy = Uint8Array.from(bytes);
  const index = Math.floor(bit / 8);
  copy[index] = (copy[index] ?? 0) ^ (1 << (bit % 8));
  return copy;
}

describe('a sealed secret', () => {
  test('opens to exactly what was sealed, whatever Unicode it holds', () => {
    fc.assert(
      fc.property(anyText, fc.uuid(), fc.string(), (text, rowId, field) => {
        expect(open(dataKey, { tenantId, rowId, field }, seal(dataKey, { tenantId, rowId, field }, text))).toBe(text);
      }),
    );
  });

  test.each(['', '\u{feff}byte order mark', '\u0000', 'é', 'e\u0301', '🗝️'])('keeps %j as it is', (text) => {
    expect(open(dataKey, place, seal(dataKey, place, text))).toBe(text);
  });

  test('that is half a surrogate pair is refused, as it could not be restored, and is not repeated', () => {
    expect(() => seal(dataKey, place, 'canary\ud83d')).toThrow(/^The text is not well-formed Unicode$/);
  });

  test('is the version, the data key, the nonce, as many bytes as the secret, and the tag', () => {
    const sealed = seal(dataKey, place, secret);
    expect(sealed).toHaveLength(1 + 16 + 12 + secret.length + 16);
    expect(sealed[0]).toBe(1);
    expect(sealedWith(sealed)).toBe(dataKey.id);
    expect(Buffer.from(sealed).includes('sk-proj')).toBe(false);
  });

  test('shares its memory with nothing else', () => {
    const sealed = seal(dataKey, place, secret);
    expect(sealed.buffer.byteLength).toBe(sealed.length);
  });

  test('that an earlier release stored still opens, and has the fingerprint that it stored', () => {
    // Made once, with format version 1. When this fails, the format has changed and needs a new version.
    const masterKey = parseMasterKey('5d3f8a1c9e72b604d8f1a35c7be92046a1d5c83f7e0b49622f9ad47c15e38b06');
    const tenantId = '0198c5a2-0000-7000-8000-000000000001';
    const rowId = '0198c5a2-0000-7000-8000-000000000002';
    const dataKeyId = 'e6f83b55-157d-4a54-96db-7f6e5397dce5';
    const wrapped =
      '013c8cd879f5ee4c5598fd04d7323d7ed855facaa60a2da19f9bde05703c34c8771048cdeaa347887177b3c64f2242c1c662b079659e0519321c06b4a54465bd973dee7aff';
    const sealed =
      '01e6f83b55157d4a5496db7f6e5397dce51927686aee3a385e735e88978d0424dfd0b10823560ff6c6219fc418e4d8adaa2de5e2';

    const ring = createMasterKeyRing([masterKey]);
    const dataKey = unwrapDataKey(ring, tenantId, dataKeyId, Buffer.from(wrapped, 'hex'));
    expect(open(dataKey, { tenantId, rowId, field: 'secret' }, Buffer.from(sealed, 'hex'))).toBe('sk-kept');
    expect(Buffer.from(fingerprint(dataKey, tenantId, 'sk-kept')).toString('hex')).toBe(
      '014315bac792d95c5e8148b1a60e8370a9f0cf1bc2aba55714317b055717c3e0',
    );
  });
});

describe('everything that does not open fails with one and the same error:', () => {
  const sealed = seal(dataKey, place, secret);

  test('each single bit that is flipped, in every byte', () => {
    for (let bit = 0; bit < sealed.length * 8; bit += 1) {
      expect(failureOf(() => open(dataKey, place, withBitFlipped(sealed, bit)))).toEqual(theOneFailure);
    }
  });

  test('any bit of any secret', () => {
    fc.assert(
      fc.property(anyText, fc.nat(), (text, at) => {
        const sealed = seal(dataKey, place, text);
        const altered = withBitFlipped(sealed, at % (sealed.length * 8));
        expect(failureOf(() => open(dataKey, place, altered))).toEqual(theOneFailure);
      }),
    );
  });

  test('each length that it can be cut to, at either end, and one byte more', () => {
    for (let length = 0; length < sealed.length; length += 1) {
      expect(failureOf(() => open(dataKey, place, sealed.subarray(0, length)))).toEqual(theOneFailure);
      expect(failureOf(() => open(dataKey, place, sealed.subarray(sealed.length - length)))).toEqual(theOneFailure);
    }
    expect(failureOf(() => open(dataKey, place, Buffer.concat([sealed, Buffer.alloc(1)])))).toEqual(theOneFailure);
  });

  test('moved to another row, to another field, or to both with their texts run together', () => {
    const { rowId, field } = place;
    const elsewhere = [
      { tenantId, rowId: randomUUID(), field },
      { tenantId, rowId, field: 'secrets' },
      { tenantId, rowId: `${rowId}s`, field: 'ecret' },
      { tenantId, rowId: field, field: rowId },
      { tenantId, rowId: '\ud83d', field },
    ];
    for (const other of elsewhere) expect(failureOf(() => open(dataKey, other, sealed))).toEqual(theOneFailure);
  });

  test('moved to another tenant, even if both had the same data key', () => {
    const other = { ...place, tenantId: randomUUID() };
    expect(failureOf(() => open(newDataKey(other.tenantId), other, sealed))).toEqual(theOneFailure);
    expect(failureOf(() => open({ ...dataKey, tenantId: other.tenantId }, other, sealed))).toEqual(theOneFailure);
  });

  test('another data key of the tenant, even under the same id', () => {
    const another = newDataKey(tenantId);
    expect(failureOf(() => open(another, place, sealed))).toEqual(theOneFailure);
    expect(failureOf(() => open({ ...another, id: dataKey.id }, place, sealed))).toEqual(theOneFailure);
  });

  test('asking which key sealed something malformed', () => {
    const unknownVersion = Uint8Array.from(sealed);
    unknownVersion[0] = 2;
    for (const bytes of [new Uint8Array(), sealed.subarray(0, 44), unknownVersion]) {
      expect(failureOf(() => sealedWith(bytes))).toEqual(theOneFailure);
    }
  });
});

test('a data key does not seal for another tenant', () => {
  expect(() => seal(dataKey, { ...place, tenantId: randomUUID() }, secret)).toThrow(/its own tenant/);
});

test('no nonce is used twice in 100,000 seals', () => {
  const nonces = new Set<string>();
  for (let count = 0; count < 100_000; count += 1) {
    nonces.add(Buffer.from(seal(dataKey, place, '').subarray(17, 29)).toString('latin1'));
  }
  expect(nonces.size).toBe(100_000);
});

test('two different places never have the same associated data', () => {
  // Few letters, so that the parts of different lists often join to the same text.
  const parts = fc.array(fc.oneof(fc.string({ unit: fc.constantFrom('a', 'b', '\u0000'), maxLength: 3 }), anyText), {
    maxLength: 4,
  });
  fc.assert(
    fc.property(parts, parts, (left, right) => {
      const same = associatedData(1, left).equals(associatedData(1, right));
      expect(same).toBe(left.length === right.length && left.every((part, index) => part === right[index]));
    }),
    { numRuns: 2000 },
  );
  expect(associatedData(1, ['a'])).not.toEqual(associatedData(2, ['a']));
  expect(associatedData(1, ['ab', 'c'])).not.toEqual(associatedData(1, ['a', 'bc']));
});
