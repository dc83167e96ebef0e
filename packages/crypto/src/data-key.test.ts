import { randomUUID } from 'node:crypto';
import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { CannotOpenError } from './cannot-open-error.js';
import { createDataKey, rewrapDataKey, unwrapDataKey, wrappedWith } from './data-key.js';
import { createMasterKeyRing } from './key-ring.js';
import { generateMasterKey, parseMasterKey } from './master-key.js';
import { open } from './open.js';
import { seal } from './seal.js';

const tenantId = randomUUID();
const place = { tenantId, rowId: randomUUID(), field: 'secret' };
const oldKey = parseMasterKey(generateMasterKey());
const newKey = parseMasterKey(generateMasterKey());
const oldRing = createMasterKeyRing([oldKey]);
const bothRing = createMasterKeyRing([newKey, oldKey]);
const newRing = createMasterKeyRing([newKey]);

describe('a wrapped data key', () => {
  const { id, wrapped } = createDataKey(oldRing, tenantId);

  test('opens, every time, to the key that opens what it sealed', () => {
    const sealed = seal(unwrapDataKey(oldRing, tenantId, id, wrapped), place, 'sk-one');
    expect(open(unwrapDataKey(oldRing, tenantId, id, wrapped), place, sealed)).toBe('sk-one');
  });

  test('names the master key that wrapped it', () => {
    expect(wrappedWith(wrapped)).toBe(oldKey.id);
    expect(() => wrappedWith(wrapped.subarray(0, 20))).toThrow(CannotOpenError);
  });

  test('does not open for another tenant, under another id, or without its master key', () => {
    expect(() => unwrapDataKey(oldRing, randomUUID(), id, wrapped)).toThrow(CannotOpenError);
    expect(() => unwrapDataKey(oldRing, tenantId, randomUUID(), wrapped)).toThrow(CannotOpenError);
    expect(() => unwrapDataKey(newRing, tenantId, id, wrapped)).toThrow(CannotOpenError);
  });

  test('does not open under another master key that claims the same id', () => {
    const impostor = createMasterKeyRing([{ ...newKey, id: oldKey.id }]);
    expect(() => unwrapDataKey(impostor, tenantId, id, wrapped)).toThrow(CannotOpenError);
  });

  test('does not open when any bit of it is flipped', () => {
    for (let bit = 0; bit < wrapped.length * 8; bit += 1) {
      const altered = Uint8Array.from(wrapped);
      const index = Math.floor(bit / 8);
      altered[index] = (altered[index] ?? 0) ^ (1 << (bit % 8));
      expect(() => unwrapDataKey(oldRing, tenantId, id, altered)).toThrow(CannotOpenError);
    }
  });
});

describe('rewrapping a data key', () => {
  const { id, wrapped } = createDataKey(oldRing, tenantId);
  const sealed = seal(unwrapDataKey(oldRing, tenantId, id, wrapped), place, 'sk-kept');
  const rewrapped = rewrapDataKey(bothRing, tenantId, id, wrapped);

  test('moves it to the primary master key, without which it no longer opens', () => {
    expect(wrappedWith(rewrapped)).toBe(newKey.id);
    expect(() => unwrapDataKey(oldRing, tenantId, id, rewrapped)).toThrow(CannotOpenError);
  });

  test('leaves everything that it sealed openable, with the old master key gone', () => {
    expect(open(unwrapDataKey(newRing, tenantId, id, rewrapped), place, sealed)).toBe('sk-kept');
  });

  test('twice changes nothing more', () => {
    expect(rewrapDataKey(bothRing, tenantId, id, rewrapped)).toBe(rewrapped);
  });

  test('refuses what it cannot open, also when the primary is said to have wrapped it', () => {
    const altered = Uint8Array.from(rewrapped);
    altered[altered.length - 1] = (altered.at(-1) ?? 0) ^ 1;
    expect(() => rewrapDataKey(bothRing, tenantId, id, altered)).toThrow(CannotOpenError);
    expect(() => rewrapDataKey(newRing, tenantId, id, wrapped)).toThrow(CannotOpenError);
  });
});

test('a ring finds each of its keys by id, and nothing else', () => {
  expect(bothRing.primary).toBe(newKey);
  expect(bothRing.find(oldKey.id)).toBe(oldKey);
  expect(bothRing.find(newKey.id)).toBe(newKey);
  expect(newRing.find(oldKey.id)).toBeNull();
});

test('a ring with one key twice is refused', () => {
  expect(() => createMasterKeyRing([oldKey, newKey, oldKey])).toThrow(/twice/);
});

test('what seals is not what fingerprints, so a flaw in one use of the key does not reach the other', () => {
  const { id, wrapped } = createDataKey(oldRing, tenantId);
  const { sealingKey, fingerprintKey } = unwrapDataKey(oldRing, tenantId, id, wrapped);
  expect(sealingKey.equals(fingerprintKey)).toBe(false);
});

test('neither inspect nor JSON shows the bytes of a data key', () => {
  const { id, wrapped } = createDataKey(oldRing, tenantId);
  const dataKey = unwrapDataKey(oldRing, tenantId, id, wrapped);
  const shown = inspect(dataKey, { depth: null, showHidden: true }) + JSON.stringify(dataKey);
  for (const key of [dataKey.sealingKey, dataKey.fingerprintKey]) {
    for (const encoding of ['hex', 'base64', 'base64url', 'latin1'] as const) {
      expect(shown).not.toContain(key.export().toString(encoding));
    }
  }
  expect(shown).not.toContain('<Buffer');
  expect(JSON.parse(JSON.stringify(dataKey))).toEqual({ id, tenantId, sealingKey: {}, fingerprintKey: {} });
});
