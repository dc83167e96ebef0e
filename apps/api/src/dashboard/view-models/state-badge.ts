import { timeFormatFor, type TimeView } from '../format/format-time.js';
import type { KeyInput } from './inputs.js';
import { outcomeAdvice, type Advice, type ShownState, type Tone } from './outcome-advice.js';

/** Icon, word and age of a key's health; the colour (`tone`) comes last. */
export interface StateBadge {
  state: ShownState;
  icon: string;
  word: string;
  tone: Tone;
  /** The word before the age: empty, `for` or `last tested`. */
  agePrefix: string;
  age: TimeView | null;
  hasAge: boolean;
  /** When this state stops being believed; the page's script fades it then without waiting for the server. */
  staleAtIso: string | null;
  /** The sentence shown on hover. */
  title: string;
}

export type HealthInput = Pick<
  KeyInput,
  'health' | 'freshUntil' | 'healthSince' | 'lastProbeAt' | 'lastOkAt' | 'lastOutcome' | 'lastLatencyMs' | 'onlyListed'
>;

export interface HealthContext {
  now: Date;
  zone: string;
}

/** A minimal answer takes well under two seconds; at five, people notice in their own product. */
const slowFromMs = 5_000;

/** The state to show: the health as the domain judges it now, and besides whether its model is not asked, or it is slow. */
function shownState(key: HealthInput): ShownState {
  if (key.health !== 'healthy') return key.health;
  const isSlow = key.lastOutcome === 'ok' && (key.lastLatencyMs ?? 0) >= slowFromMs;
  return key.onlyListed ?? (isSlow ? 'slow' : key.health);
}

/** What says nothing of the key: the trouble that its last test met. */
export function troubleMet({ lastOutcome }: Pick<HealthInput, 'lastOutcome'>) {
  return (['provider-error', 'timeout', 'network-error'] as const).find((outcome) => outcome === lastOutcome);
}

/** What to say of a key: while its health is unknown, what its last test met says more than that nothing is known. */
export function adviceFor(key: HealthInput): Advice {
  const state = shownState(key);
  return outcomeAdvice[state === 'unknown' ? (troubleMet(key) ?? state) : state];
}

export function stateBadge(key: HealthInput, context: HealthContext): StateBadge {
  const state = shownState(key);
  const advice = adviceFor(key);
  const age = ageOf(state, key, context);
  return {
    state,
    icon: advice.icon,
    word: advice.word,
    tone: advice.tone,
    ...age,
    hasAge: age.age !== null || age.agePrefix !== '',
    staleAtIso: state === 'unknown' ? null : (key.freshUntil?.toISOString() ?? null),
    title: titleOf(advice),
  };
}

function titleOf(advice: Advice): string {
  return advice.action === 'none' ? advice.title : `${advice.title} ${advice.todo}`;
}

function ageOf(
  state: ShownState,
  key: HealthInput,
  { now, zone }: HealthContext,
): Pick<StateBadge, 'agePrefix' | 'age'> {
  const time = timeFormatFor(zone);
  if (state === 'inactive' || state === 'not-probed') return { agePrefix: '', age: null };
  if (!key.lastProbeAt) return { agePrefix: 'never tested', age: null };
  // Not of the last test: while OpenAI does not answer, tests go on and prove nothing.
  if (key.health === 'healthy') return { agePrefix: '', age: key.lastOkAt && time.ago(key.lastOkAt, now) };
  if (state === 'unknown') return { agePrefix: 'last tested', age: time.ago(key.lastProbeAt, now) };
  return { agePrefix: 'for', age: time.span(key.healthSince, now) };
}
