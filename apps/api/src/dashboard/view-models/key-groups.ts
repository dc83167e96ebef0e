import { failingHealths } from '#domain/provider-keys/key-health.js';
import { formatCount } from '../format/format-tokens.js';
import { links } from './links.js';
import { outcomeAdvice, type ShownState, type Tone } from './outcome-advice.js';

/** Four questions a reader asks of many keys: works, needs me, do we know, switched off. */
export const keyGroups = ['working', 'failing', 'unknown', 'inactive'] as const;
export type KeyGroup = (typeof keyGroups)[number];

const faces: Record<KeyGroup, { label: string; icon: string; tone: Tone }> = {
  working: { label: 'working', icon: 'healthy', tone: 'ok' },
  failing: { label: 'failing', icon: 'dead', tone: 'bad' },
  unknown: { label: 'unknown', icon: 'unknown', tone: 'muted' },
  inactive: { label: 'inactive', icon: 'inactive', tone: 'muted' },
};

export function groupOf(state: ShownState): KeyGroup {
  if (state === 'inactive') return 'inactive';
  if (state === 'unknown' || state === 'not-probed') return 'unknown';
  const failing: readonly ShownState[] = failingHealths;
  return failing.includes(state) ? 'failing' : 'working';
}

export type HealthCounts = Partial<Record<ShownState, number>>;

export interface KeyGroupCount {
  group: KeyGroup;
  label: string;
  icon: string;
  tone: Tone;
  count: string;
  isEmpty: boolean;
  href: string;
  /** Which states make up the group, for hover. */
  title: string;
}

export function countKeyGroups(counts: HealthCounts): { total: number; groups: KeyGroupCount[] } {
  const entries = (Object.entries(counts) as [ShownState, number][]).filter(([, count]) => count > 0);
  const total = entries.reduce((all, [, count]) => all + count, 0);
  const groups = keyGroups.map((group) => {
    const own = entries.filter(([state]) => groupOf(state) === group);
    const count = own.reduce((all, [, ofState]) => all + ofState, 0);
    const title = own.map(([state, ofState]) => `${ofState} ${outcomeAdvice[state].word.toLowerCase()}`).join(', ');
    const face = faces[group];
    return {
      group,
      ...face,
      count: formatCount(count),
      isEmpty: count === 0,
      href: links.keys({ state: group }),
      title,
    };
  });
  return { total, groups };
}
