import { expect, test } from 'vitest';
import { createProbeSlots, type ProbeSlots } from './create-probe-slots.js';

/** Asks for places and notes who got them, in the order of getting. */
async function askInTurn(slots: ProbeSlots, asked: [tenantId: string, count: number][]): Promise<string[]> {
  const granted: string[] = [];
  for (const [tenantId, count] of asked) {
    void slots.take(tenantId, count).then(() => granted.push(`${tenantId}${count}`));
  }
  await settled();
  return granted;
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

test('no more places are taken than the process has, and a freed one goes to who asked first', async () => {
  const slots = createProbeSlots({ total: 5, perTenant: 5 });
  const granted = await askInTurn(slots, [
    ['a', 3],
    ['b', 2],
    ['c', 2],
    ['d', 1],
  ]);
  expect(granted).toEqual(['a3', 'b2']);
  slots.free('a', 1);
  await settled();
  // One is free, and d would fit: but c was first, and would else wait for as long as others need less.
  expect(granted).toEqual(['a3', 'b2']);
  slots.free('a', 1);
  await settled();
  expect(granted).toEqual(['a3', 'b2', 'c2']);
  slots.free('b', 2);
  await settled();
  expect(granted).toEqual(['a3', 'b2', 'c2', 'd1']);
});

test('a tenant at its limit waits for itself, and nobody else waits for it', async () => {
  const slots = createProbeSlots({ total: 10, perTenant: 3 });
  const granted = await askInTurn(slots, [
    ['a', 3],
    ['a', 2],
    ['b', 2],
    ['a', 1],
  ]);
  expect(granted).toEqual(['a3', 'b2']);
  slots.free('a', 2);
  await settled();
  expect(granted).toEqual(['a3', 'b2', 'a2']);
  slots.free('a', 3);
  await settled();
  expect(granted).toEqual(['a3', 'b2', 'a2', 'a1']);
});

test('at most as many places can be asked for at once as can ever be free', () => {
  expect(createProbeSlots({ total: 5, perTenant: 3 }).most).toBe(3);
  expect(createProbeSlots({ total: 5, perTenant: 30 }).most).toBe(5);
});
