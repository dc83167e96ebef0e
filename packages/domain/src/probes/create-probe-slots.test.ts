import { expect, test } from 'vitest';
import { createProbeSlots } from './create-probe-slots.js';

/** Asks for places one after the other and says which requests have been granted by now. */
function asking(slots: ReturnType<typeof createProbeSlots>, ...requests: [tenantId: string, count: number][]) {
  const granted = new Set<number>();
  requests.forEach(([tenantId, count], index) => {
    void slots.take(tenantId, count).then(() => granted.add(index));
  });
  return async () => {
    await new Promise((resolve) => setImmediate(resolve));
    return [...granted].toSorted((a, b) => a - b);
  };
}

test('no more than the total is taken, and the next is granted as soon as there is room', async () => {
  const slots = createProbeSlots({ total: 3, perTenant: 3 });
  const granted = asking(slots, ['a', 2], ['b', 1], ['c', 1], ['d', 1]);
  expect(await granted()).toEqual([0, 1]);
  slots.free('b', 1);
  expect(await granted()).toEqual([0, 1, 2]);
  slots.free('a', 2);
  expect(await granted()).toEqual([0, 1, 2, 3]);
});

test('a tenant at its own limit waits, and nobody waits behind it', async () => {
  const slots = createProbeSlots({ total: 10, perTenant: 2 });
  const granted = asking(slots, ['big', 2], ['big', 1], ['big', 2], ['small', 2]);
  expect(await granted()).toEqual([0, 3]);
  slots.free('big', 1);
  expect(await granted()).toEqual([0, 1, 3]);
  slots.free('big', 2);
  expect(await granted()).toEqual([0, 1, 2, 3]);
});

test('whoever needs many places is not passed for ever by those who need few', async () => {
  const slots = createProbeSlots({ total: 4, perTenant: 4 });
  const granted = asking(slots, ['a', 3], ['b', 4], ['c', 1]);
  expect(await granted()).toEqual([0]);
  slots.free('a', 3);
  expect(await granted()).toEqual([0, 1]);
  slots.free('b', 4);
  expect(await granted()).toEqual([0, 1, 2]);
});

test('at once can be had what both limits allow', () => {
  expect(createProbeSlots({ total: 5, perTenant: 2 }).most).toBe(2);
  expect(createProbeSlots({ total: 2, perTenant: 5 }).most).toBe(2);
});
