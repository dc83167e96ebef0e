import { refusals } from './refusals.js';

/** Misbehaviour that is not an error envelope, and the two ways of behaving well. */
const manners = ['healthy', 'slow', 'flaky', 'hang', 'slow-body', 'garbage', 'broken-json', 'disconnect'] as const;

/** Misbehaviour of what admin keys read: see `organization/admin-faults.ts`. */
const adminManners = [
  'repeated-cursor',
  'endless-pages',
  'limited-once',
  'fails-midway',
  'unknown-results',
  'bad-amounts',
] as const;

/** What the simulator does with a key's requests. `invalid` is answered as an unknown key is. */
export type Behaviour = (typeof manners | typeof adminManners)[number] | keyof typeof refusals | 'invalid';

const behaviours = [
  ...manners,
  ...adminManners,
  ...(Object.keys(refusals) as (keyof typeof refusals)[]),
  'invalid',
] as Behaviour[];
// Longest first: `missing-scope-403` is not `missing-scope` followed by padding.
const byLength = behaviours.toSorted((a, b) => b.length - a.length);

export type KeyKind = 'project' | 'service-account' | 'admin';

export interface KeyState {
  behaviour: Behaviour;
  kind: KeyKind;
  /** Share of requests of a `flaky` key answered 500, in percent. */
  failurePercent: number;
}

// Real keys measured on published examples: 74 characters on each side of the marker, 58 for admin keys.
const shapes = {
  project: { prefix: 'sk-proj-', half: 74 },
  'service-account': { prefix: 'sk-svcacct-', half: 74 },
  admin: { prefix: 'sk-admin-', half: 58 },
} as const satisfies Record<KeyKind, { prefix: string; half: number }>;

const secretPattern = /^sk-(proj|svcacct|admin)-sim-([a-z0-9-]+)-[A-Za-z0-9_]*T3BlbkFJ[A-Za-z0-9_-]+$/;

/**
 * Reads the behaviour that a secret names: `sk-proj-sim-<behaviour>-…T3BlbkFJ…`; `flaky` may carry its failure rate,
 * `sk-proj-sim-flaky-30-…`. Null for every other key: the simulator then knows it only through `controls.setKey`.
 */
export function keyStateFromSecret(secret: string): KeyState | null {
  const match = secretPattern.exec(secret);
  if (!match) return null;
  const [, prefix, rest = ''] = match;
  const behaviour = byLength.find((name) => rest === name || rest.startsWith(`${name}-`));
  if (behaviour === undefined) return null;
  const percent = /^flaky-(\d{1,3})(?:-|$)/.exec(rest)?.[1];
  return { behaviour, kind: kindOf(prefix), failurePercent: Math.min(100, Number(percent ?? '30')) };
}

/** The kind of key that a prefix claims; anything unknown counts as a project key, as OpenAI's own prefixes do. */
export function kindOf(prefix: string | undefined): KeyKind {
  if (prefix === 'admin') return 'admin';
  return prefix === 'svcacct' ? 'service-account' : 'project';
}

/**
 * A secret as long and as shaped as a real one, whose behaviour the simulator reads from the secret itself.
 * `label` (letters and digits) makes it unique; `failurePercent` only means something for `flaky`; `organization` is
 * which one an admin key opens, the first unless said otherwise.
 */
export function simulatedSecret(options: {
  behaviour: Behaviour;
  kind?: KeyKind;
  label?: string;
  failurePercent?: number;
  organization?: number;
}): string {
  const { prefix, half } = shapes[options.kind ?? 'project'];
  const percent = options.failurePercent === undefined ? '' : `-${options.failurePercent}`;
  const label = (options.label ?? '').replace(/[^A-Za-z0-9]/g, '');
  const organization = options.organization === undefined ? '' : `-org${options.organization}`;
  const head = `sim-${options.behaviour}${percent}${organization}-`;
  return `${prefix}${head}${'x'.repeat(Math.max(1, half - head.length))}T3BlbkFJ${label.padStart(half, 'y')}`;
}

/** As OpenAI echoes keys in errors and lists: prefix, one asterisk per hidden character, the last four. */
export function maskSecret(secret: string): string {
  const shown = /^sk-(?:proj|svcacct|admin)-/.exec(secret)?.[0] ?? secret.slice(0, Math.min(8, secret.length >> 1));
  const last = secret.length > shown.length + 4 ? secret.slice(-4) : '';
  return shown + '*'.repeat(secret.length - shown.length - last.length) + last;
}
