import { describe, expect, test } from 'vitest';
import { keyHealths } from '#domain/provider-keys/key-health.js';
import { probeOutcomes } from '#openai/probe-outcome.js';
import { countKeyGroups } from './key-groups.js';
import { outcomeAdvice } from './outcome-advice.js';
import { stateBadge, type HealthInput } from './state-badge.js';

const now = new Date('2026-11-21T00:00:00Z');
const at = (secs: number) => new Date(now.getTime() + secs * 1000);
const context = { now, zone: 'UTC' };
const healthy: HealthInput = {
  health: 'healthy',
  freshUntil: at(1),
  healthSince: at(-86_400),
  lastProbeAt: at(-120),
  lastOkAt: at(-120),
  lastOutcome: 'ok',
  lastLatencyMs: 300,
  onlyListed: null,
};

describe('a badge', () => {
  test('says icon, word and the age of the last probe', () => {
    const badge = stateBadge(healthy, context);
    expect(badge).toMatchObject({ icon: 'healthy', word: 'Healthy', tone: 'ok', agePrefix: '' });
    expect(badge.age?.relative).toBe('2 min ago');
  });

  test('of a healthy key has the age of the answer that proved it, not of a later test that OpenAI did not answer', () => {
    const outage: HealthInput = { ...healthy, lastProbeAt: at(-5), lastOutcome: 'timeout' };
    expect(stateBadge(outage, context)).toMatchObject({ state: 'healthy', agePrefix: '' });
    expect(stateBadge(outage, context).age?.relative).toBe('2 min ago');
    expect(stateBadge({ ...outage, health: 'unknown' }, context).age?.relative).toBe('5 s ago');
  });

  test('tells the page when it will be stale, and says of what is stale when it was last seen', () => {
    expect(stateBadge(healthy, context).staleAtIso).toBe(at(1).toISOString());
    const stale = stateBadge({ ...healthy, health: 'unknown', freshUntil: at(-1) }, context);
    expect(stale).toMatchObject({ state: 'unknown', word: 'Unknown', tone: 'muted', agePrefix: 'last tested' });
    expect(stale.staleAtIso).toBeNull();
  });

  test('says what the last test met where nothing is known', () => {
    const unknown = { ...healthy, health: 'unknown' } as const;
    const wordOf = (lastOutcome: HealthInput['lastOutcome']) => stateBadge({ ...unknown, lastOutcome }, context).word;
    expect([wordOf('network-error'), wordOf('timeout'), wordOf('ok')]).toEqual(['Not reached', 'No answer', 'Unknown']);
  });

  test('counts the age of a failure from when it began', () => {
    const badge = stateBadge({ ...healthy, health: 'dead', lastOutcome: 'invalid-key' }, context);
    expect(badge).toMatchObject({ word: 'Dead', tone: 'bad', agePrefix: 'for' });
    expect(badge.age?.relative).toBe('24 h');
  });

  test('a key never tested says so', () => {
    const badge = stateBadge({ ...healthy, health: 'unknown', freshUntil: null, lastProbeAt: null }, context);
    expect(badge).toMatchObject({ state: 'unknown', agePrefix: 'never tested', age: null });
  });

  test('a healthy key is slow from five seconds on', () => {
    expect(stateBadge({ ...healthy, lastLatencyMs: 4_999 }, context).state).toBe('healthy');
    expect(stateBadge({ ...healthy, lastLatencyMs: 5_000 }, context).state).toBe('slow');
  });

  test('says of a key whose model is never asked that it is so, and as before that it is dead', () => {
    const onlyListed = 'no-price' as const;
    expect(stateBadge({ ...healthy, onlyListed }, context)).toMatchObject({ state: 'no-price', tone: 'warn' });
    expect(stateBadge({ ...healthy, onlyListed, health: 'dead' }, context).state).toBe('dead');
  });

  test('lacking a scope, being blocked or limited is never shown as dead', () => {
    for (const health of ['lacks-scope', 'blocked-here', 'model-unavailable', 'rate-limited'] as const) {
      expect(stateBadge({ ...healthy, health }, context)).toMatchObject({ state: health, tone: 'warn' });
    }
  });
});

test('only what proves a working key is green', () => {
  const green = [...keyHealths, ...probeOutcomes].filter((state) => outcomeAdvice[state].tone === 'ok');
  expect(green).toEqual(['healthy', 'ok']);
});

test('every failure says what to do', () => {
  const mute = [...keyHealths, ...probeOutcomes].filter((state) => {
    const { title, todo } = outcomeAdvice[state];
    return ![title, todo].every((sentence) => /^[A-Z].+\.$/.test(sentence));
  });
  expect(mute).toEqual([]);
});

test('keys are counted once each, and one that lacks a scope is limited, not working', () => {
  const { total, groups } = countKeyGroups({
    healthy: 3,
    'rate-limited': 1,
    'lacks-scope': 1,
    dead: 2,
    'not-probed': 1,
  });
  expect(total).toBe(8);
  expect(groups.map(({ group, count }) => [group, count])).toEqual([
    ['working', '4'],
    ['limited', '1'],
    ['failing', '2'],
    ['unknown', '1'],
    ['inactive', '0'],
  ]);
});
