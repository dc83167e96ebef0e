import type { KeyHealthCounts } from '#domain/provider-keys/count-key-healths.js';
import type { HealthGroup } from '#domain/provider-keys/key-health.js';
import { formatCount } from '../format/format-tokens.js';
import { buildFrame, type Frame, type FrameInput } from './frame.js';
import type { KeyInput } from './inputs.js';
import { countKeyGroups } from './key-groups.js';
import { keyRow, type KeyRow } from './key-row.js';
import { links } from './links.js';

/** Links of a list that is cut into pages by a cursor. */
export interface Pagination {
  nextHref: string | null;
  nextLabel: string;
  firstHref: string | null;
  firstLabel: string;
}

export interface KeysPageInput {
  frame: FrameInput;
  /** The keys of this page of the list, in the order to show them. */
  keys: KeyInput[];
  /** Of all keys of the tenant, not only of those shown. */
  counts: KeyHealthCounts;
  filter: { q: string; state: HealthGroup | null };
  /** Cursor of this page of the list, null on the first. */
  cursor: string | null;
  nextCursor: string | null;
}

export interface KeysPage {
  frame: Frame;
  total: string;
  hasKeys: boolean;
  isFiltered: boolean;
  chips: { label: string; count: string; href: string; isCurrent: boolean }[];
  q: string;
  state: string;
  rows: KeyRow[];
  pagination: Pagination;
  hrefs: { keys: string; newKey: string };
}

export function keysPage(input: KeysPageInput): KeysPage {
  const { filter } = input;
  const { total, groups } = countKeyGroups(input.counts);
  const context = {
    now: input.frame.now,
    zone: input.frame.tenant.reportingTimeZone,
  };
  const chips = groups.filter(({ isEmpty, group }) => !isEmpty || group === filter.state);
  const older = input.nextCursor === null ? null : { q: filter.q, state: filter.state ?? '', cursor: input.nextCursor };
  return {
    frame: buildFrame(input.frame, { section: 'keys', title: 'Keys' }),
    total: formatCount(total),
    hasKeys: total > 0,
    isFiltered: filter.q !== '' || filter.state !== null,
    chips: [
      { label: 'all', count: formatCount(total), href: links.keys({ q: filter.q }), isCurrent: filter.state === null },
      ...chips.map(({ label, count, group }) => ({
        label,
        count,
        href: links.keys({ q: filter.q, state: group }),
        isCurrent: group === filter.state,
      })),
    ],
    q: filter.q,
    state: filter.state ?? '',
    rows: input.keys.map((key) => keyRow(key, context)),
    pagination: {
      nextHref: older && links.keys(older),
      nextLabel: 'More keys',
      firstHref: input.cursor === null ? null : links.keys({ q: filter.q, state: filter.state ?? '' }),
      firstLabel: 'Back to the first',
    },
    hrefs: { keys: links.keys(), newKey: links.newKey() },
  };
}
