import { type DriftItem, type DriftKind, driftKinds } from '#domain/organizations/inventory-drift.js';
import { timeFormatFor, type TimeView } from '../format/format-time.js';
import { formatCount } from '../format/format-tokens.js';
import { links } from './links.js';

export interface DriftView {
  chips: { label: string; count: string; href: string; isCurrent: boolean }[];
  /** What the shown kind means, and what to do about it. */
  title: string;
  todo: string;
  offersNewKey: boolean;
  rows: DriftRow[];
}

export interface DriftRow {
  name: string;
  redacted: string;
  project: { name: string; href: string };
  owner: string;
  stored: { label: string; href: string } | null;
  lastUsed: TimeView | null;
  /** What makes it one of its kind, and when. */
  since: { label: string; time: TimeView; isAhead: boolean } | null;
}

export interface DriftInput {
  organizationId: string;
  kind: DriftKind | null;
  counts: Record<DriftKind, number>;
  items: readonly DriftItem[];
  unusedDays: number;
}

/** Who owns a key is not told to a reader who is not signed in. */
export function driftView(
  input: DriftInput,
  { now, zone, isPublic }: { now: Date; zone: string; isPublic: boolean },
): DriftView {
  const { kind, counts, organizationId } = input;
  const time = timeFormatFor(zone);
  return {
    chips: driftKinds
      .filter((each) => counts[each] > 0)
      .map((each) => ({
        label: words[each].label,
        count: formatCount(counts[each]),
        href: links.organization(organizationId, { drift: each }),
        isCurrent: each === kind,
      })),
    title: kind ? words[kind].title(input.unusedDays) : '',
    todo: kind ? words[kind].todo : '',
    offersNewKey: kind === 'not-stored',
    rows: input.items.map((item) => ({
      name: item.keyName || item.keyId,
      redacted: item.redactedValue.replace(/\*{4,}/, '…'),
      project: { name: item.projectName ?? item.projectId, href: links.project(item.projectId) },
      owner: (isPublic ? null : item.ownerName) ?? '–',
      stored: item.providerKeyId === null ? null : { label: item.keyLabel ?? '', href: links.key(item.providerKeyId) },
      lastUsed: item.lastUsedAt && time.ago(item.lastUsedAt, now),
      since: sinceOf(item, (at) => time.ago(at, now)),
    })),
  };
}

/** A day ahead is told as the day it is: an age would be none. */
function sinceOf({ kind, goneAt, expiresAt, createdAt }: DriftItem, ago: (at: Date) => TimeView): DriftRow['since'] {
  if (kind === 'gone' && goneAt) return { label: 'missing since', time: ago(goneAt), isAhead: false };
  if (kind === 'expiring' && expiresAt) return { label: 'expires', time: ago(expiresAt), isAhead: true };
  return { label: 'created', time: ago(createdAt), isAhead: false };
}

const words: Record<DriftKind, { label: string; title: (unusedDays: number) => string; todo: string }> = {
  'not-stored': {
    label: 'not stored here',
    title: () => 'These keys work at OpenAI, and nobody stored them here.',
    todo: 'Ask whoever owns one for it and add it, so that it is tested; or delete it at OpenAI.',
  },
  gone: {
    label: 'deleted at OpenAI',
    title: () => 'These keys are stored here, and were deleted at OpenAI.',
    todo: 'Replace the secret of each, or delete it here.',
  },
  unused: {
    label: 'unused',
    title: (days) => `These keys were not used for ${days} days.`,
    todo: 'A key that nobody needs can only be stolen: delete it at OpenAI.',
  },
  'no-owner-access': {
    label: 'owner has left',
    title: () => 'These keys go on working although their owner has left the project.',
    todo: 'Put a key of a service account in its place, then delete it at OpenAI.',
  },
  expiring: {
    label: 'expiring',
    title: () => 'These keys expire within 30 days.',
    todo: 'Make a new one at OpenAI, and replace the secret here before that.',
  },
};
