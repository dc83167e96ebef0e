import { expect, test } from 'vitest';
import { displayedHealth } from './displayed-health.js';
import { failingHealths, groupOfHealth, keyHealths } from './key-health.js';

const probedAt = new Date('2026-11-20T12:00:00.000Z');
const after = (ms: number) => new Date(probedAt.getTime() + ms);

function key(changes: Partial<Parameters<typeof displayedHealth>[0]> = {}): Parameters<typeof displayedHealth>[0] {
  return {
    isActive: true,
    probeMode: 'completion',
    probeIntervalSecs: 100,
    health: 'healthy',
    healthAt: probedAt,
    lastProbeAt: probedAt,
    nextProbeAt: after(100_000),
    ...changes,
  };
}

const shown = (changes: Parameters<typeof key>[0], ms: number) => displayedHealth(key(changes), after(ms), 300);

test.each([
  // Two and a half intervals and a minute of grace.
  ['the key’s own interval', {}, 310_000],
  ['the default interval', { probeIntervalSecs: null, nextProbeAt: after(300_000) }, 810_000],
  ['the longer wait of a long-dead key', { health: 'dead', nextProbeAt: after(1_000_000) }, 2_560_000],
  ['the interval, where the next probe was moved up', { nextProbeAt: after(1000) }, 310_000],
] as const)('a finding fades after %s', (_name, changes, freshMs) => {
  const { health } = key(changes);
  expect([freshMs - 1, freshMs, freshMs + 1].map((ms) => shown(changes, ms))).toEqual([health, health, 'unknown']);
});

test('no finding at all outlives the prober: bad news fades like good news', () => {
  expect(new Set(keyHealths.map((health) => shown({ health }, 86_400_000)))).toEqual(new Set(['unknown']));
});

test('provider trouble keeps probing alive and still lets the health grow old', () => {
  const changes = { lastProbeAt: after(300_000), nextProbeAt: after(400_000) };
  expect([shown(changes, 310_000), shown(changes, 310_001)]).toEqual(['healthy', 'unknown']);
});

test('a key that is inactive, or not probed, shows neither health nor age', () => {
  expect(shown({ isActive: false }, 0)).toBe('inactive');
  expect(shown({ isActive: false, probeMode: 'off' }, 0)).toBe('inactive');
  expect(shown({ probeMode: 'off' }, 0)).toBe('not-probed');
});

test('a key that was never judged shows what it was stored with', () => {
  expect(shown({ health: 'unknown', healthAt: null, lastProbeAt: null }, 86_400_000)).toBe('unknown');
});

test('what works, and what is alive and may mend itself, is not failing', () => {
  const fine = keyHealths.filter((health) => !failingHealths.includes(health));
  expect(fine).toEqual(['unknown', 'healthy', 'rate-limited', 'lacks-scope']);
});

test('alive but not permitted is neither working nor failing', () => {
  const working = keyHealths.filter((health) => groupOfHealth[health] === 'working');
  expect(working).toEqual(['healthy', 'rate-limited']);
  expect(groupOfHealth['lacks-scope']).toBe('limited');
});
