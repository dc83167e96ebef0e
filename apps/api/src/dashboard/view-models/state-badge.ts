import { timeFormatFor, type TimeView } from '../format/format-time.js';
import type { HealthState, KeyInput } from './inputs.js';
import { outcomeAdvice, type Advice, type Tone } from './outcome-advice.js';

/** Icon, word and age of a key's health; the colour (`tone`) comes last. */
export interface StateBadge {
  state: HealthState;
  icon: string;
  word: string;
  tone: Tone;
  /** The word before the age: empty, `since` or `last seen`. */
  agePrefix: string;
  age: TimeView | null;
  hasAge: boolean;
  /** When this state stops being believed; the page's script fades it then without waiting for the server. */
  staleAtIso: string | null;
  /** The sentence shown on hover. */
  title: string;
}

export interface HealthContext {
  now: Date;
  zone: string;
  probeDeadlineSecs: number;
}

export type HealthInput = Pick<
  KeyInput,
  'health' | 'isActive' | 'stateSince' | 'lastProbeAt' | 'lastOkAt' | 'probeIntervalSecs'
>;

/** A probe may come late by half an interval and still count; twice missed, it no longer does. */
const intervalsUntilStale = 2.5;

/** The instant from which the last probe is too old to be believed, or null when there was none. */
export function staleAtOf(key: HealthInput, probeDeadlineSecs: number): Date | null {
  if (!key.lastProbeAt) return null;
  const validForMs = (intervalsUntilStale * key.probeIntervalSecs + probeDeadlineSecs) * 1000;
  return new Date(key.lastProbeAt.getTime() + validForMs);
}

/** The state to show now. Stale is not green: a state whose last probe is too old reads as unknown. */
export function effectiveHealth(key: HealthInput, context: HealthContext): HealthState {
  if (!key.isActive) return 'inactive';
  if (key.health === 'cannot-be-opened') return key.health;
  const staleAt = staleAtOf(key, context.probeDeadlineSecs);
  return staleAt === null || staleAt <= context.now ? 'unknown' : key.health;
}

export function stateBadge(key: HealthInput, context: HealthContext): StateBadge {
  const state = effectiveHealth(key, context);
  const advice = outcomeAdvice[state];
  const fades = state !== 'inactive' && state !== 'unknown' && state !== 'cannot-be-opened';
  const age = ageOf(state, key, context);
  const staleAt = fades ? staleAtOf(key, context.probeDeadlineSecs) : null;
  return {
    state,
    icon: advice.icon,
    word: advice.word,
    tone: advice.tone,
    ...age,
    hasAge: age.age !== null || age.agePrefix !== '',
    staleAtIso: staleAt?.toISOString() ?? null,
    title: titleOf(advice),
  };
}

function titleOf(advice: Advice): string {
  return advice.action === 'none' ? advice.title : `${advice.title} ${advice.todo}`;
}

function ageOf(
  state: HealthState,
  key: HealthInput,
  { now, zone }: HealthContext,
): Pick<StateBadge, 'agePrefix' | 'age'> {
  const time = timeFormatFor(zone);
  if (state === 'healthy' || state === 'slow') {
    return { agePrefix: '', age: key.lastProbeAt && time.ago(key.lastProbeAt, now) };
  }
  if (state === 'unknown') {
    if (!key.lastProbeAt) return { agePrefix: 'never tested', age: null };
    return { agePrefix: 'last seen', age: time.ago(key.lastProbeAt, now) };
  }
  return key.stateSince ? { agePrefix: 'for', age: time.span(key.stateSince, now) } : { agePrefix: '', age: null };
}
