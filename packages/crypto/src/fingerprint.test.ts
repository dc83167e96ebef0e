import { createHash, randomUUID } from 'node:crypto';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { createDataKey, rewrapDataKey, unwrapDataKey } from './data-key.js';
import { fingerprint } from './fingerprint.js';
import { createMasterKeyRing } from './key-ring.js';
import { generateMasterKey, parseMasterKey } from './master-key.js';

const tenantId = randomUUID();
const masterKey = parseMasterKey(generateMasterKey());
const ring = createMasterKeyRing([masterKey]);
const { id, wrapped } = createDataKey(ring, tenantId);
const dataKey = unwrapDataKey(ring, tenantId, id, wrapped);

test('the same secret in one tenant has the same fingerprint, any other secret another', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (left, right) => {
      const same = Buffer.from(fingerprint(dataKey, tenantId, left)).equals(fingerprint(dataKey, tenantId, right));
      expect(same).toBe(left === right);
    }),
  );
  expect(fingerprint(dataKey, tenantId, 'sk-one')).toEqual(fingerprint(dataKey, tenantId, 'sk-one'));
});

test('the same secret in two tenants has two fingerprints', () => {
  const other = randomUUID();
  const otherKey = createDataKey(ring, other);
  const otherDataKey = unwrapDataKey(ring, other, otherKey.id, otherKey.wrapped);
  expect(fingerprint(otherDataKey, other, 'sk-one')).not.toEqual(fingerprint(dataKey, tenantId, 'sk-one'));
});

test('a fingerprint outlives a rotation of the master key', () => {
  const newKey = parseMasterKey(generateMasterKey());
  const rewrapped = rewrapDataKey(createMasterKeyRing([newKey, masterKey]), tenantId, id, wrapped);
  const afterwards = unwrapDataKey(createMasterKeyRing([newKey]), tenantId, id, rewrapped);
  expect(fingerprint(afterwards, tenantId, 'sk-one')).toEqual(fingerprint(dataKey, tenantId, 'sk-one'));
});

test('a fingerprint is 32 bytes and not the plain hash, which anyone could compute from a guess', () => {
  const plainHash = new Uint8Array(createHash('sha256').update('sk-one').digest());
  expect(fingerprint(dataKey, tenantId, 'sk-one')).toHaveLength(32);
  expect(fingerprint(dataKey, tenantId, 'sk-one')).not.toEqual(plainHash);
});

test('a data key does not fingerprint for another tenant', () => {
  expect(() => fingerprint(dataKey, randomUUID(), 'sk-one')).toThrow(/its own tenant/);
});
