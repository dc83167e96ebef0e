import type { KeyHealthCounts } from '#domain/provider-keys/count-key-healths.js';
import {
  type DisplayedHealth,
  groupOfHealth,
  type HealthGroup,
  healthGroups,
} from '#domain/provider-keys/key-health.js';
import { formatCount } from '../format/format-tokens.js';
import { links } from './links.js';
import { outcomeAdvice, type Tone } from './outcome-advice.js';

const faces: Record<HealthGroup, { label: string; icon: string; tone: Tone }> = {
  working: { label: 'working', icon: 'healthy', tone: 'ok' },
  limited: { label: 'limited', icon: 'scope', tone: 'warn' },
  failing: { label: 'failing', icon: 'dead', tone: 'bad' },
  unknown: { label: 'unknown', icon: 'unknown', tone: 'muted' },
  inactive: { label: 'inactive', icon: 'inactive', tone: 'muted' },
};

export interface KeyGroupCount {
  group: HealthGroup;
  label: string;
  icon: string;
  tone: Tone;
  count: string;
  isEmpty: boolean;
  href: string;
  /** Which states make up the group, for hover. */
  title: string;
}

export function countKeyGroups(counts: KeyHealthCounts): { total: number; groups: KeyGroupCount[] } {
  const entries = (Object.entries(counts) as [DisplayedHealth, number][]).filter(([, count]) => count > 0);
  const total = entries.reduce((all, [, count]) => all + count, 0);
  const groups = healthGroups.map((group) => {
    const own = entries.filter(([state]) => groupOfHealth[state] === group);
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
