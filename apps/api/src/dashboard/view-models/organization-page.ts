import type { FeedProgress, ImportProgress } from '#domain/organizations/get-import-progress.js';
import type { OrganizationView } from '#domain/organizations/organization.js';
import { timeFormatFor, type TimeFormat, type TimeView } from '../format/format-time.js';
import { formatCount } from '../format/format-tokens.js';
import { type DriftInput, type DriftView, driftView } from './drift-view.js';
import { buildFrame, type Frame, type FrameInput } from './frame.js';
import { dayOf } from './import-words.js';
import type { Pagination } from './keys-page.js';
import { links } from './links.js';
import { organizationRow, type OrganizationRow } from './organizations-page.js';

export interface OrganizationPageInput {
  frame: FrameInput;
  organization: OrganizationView;
  progress: ImportProgress;
  drift: DriftInput;
  cursor: string | null;
  nextCursor: string | null;
}

export interface OrganizationPage {
  frame: Frame;
  row: OrganizationRow;
  feeds: FeedView[];
  unknown: string;
  drift: DriftView;
  hasInventory: boolean;
  pagination: Pagination;
  facts: { name: string; text: string; time: TimeView | null; isCode: boolean }[];
  hrefs: { organizations: string; spend: string; balance: string; newKey: string };
}

export interface FeedView {
  name: string;
  readBack: string;
  upTo: TimeView | null;
  rows: string;
  unknown: string;
  note: string;
}

export function organizationPage(input: OrganizationPageInput): OrganizationPage {
  const { frame, organization, progress, drift } = input;
  const time = timeFormatFor(frame.tenant.reportingTimeZone);
  const { id } = organization;
  const here = { drift: drift.kind ?? '' };
  return {
    frame: buildFrame(frame, { section: 'organizations', title: organization.name }),
    row: organizationRow({ organization, progress }, frame),
    feeds: progress.feeds.map((feed) => feedView(feed, time, frame.now)),
    unknown: unknownNote(progress),
    drift: driftView(drift, { now: frame.now, zone: time.zone, isPublic: frame.viewer.name === null }),
    hasInventory: organization.inventoryAt !== null,
    pagination: {
      nextHref: input.nextCursor === null ? null : links.organization(id, { ...here, cursor: input.nextCursor }),
      nextLabel: 'More keys',
      firstHref: input.cursor === null ? null : links.organization(id, here),
      firstLabel: 'First keys',
    },
    facts: factsOf(organization, time, frame.now),
    hrefs: {
      organizations: links.organizations(),
      spend: links.spend({ organization: id }),
      balance: links.balance({ organization: id }),
      newKey: links.newKey(),
    },
  };
}

function feedView(feed: FeedProgress, time: TimeFormat, now: Date): FeedView {
  return {
    name: feed.feed.replaceAll('_', ' '),
    readBack: feed.knownFrom ? dayOf(feed.knownFrom) : 'not begun',
    upTo: feed.knownTo && time.ago(feed.knownTo, now),
    rows: formatCount(feed.rows),
    unknown: feed.unknownResults === 0 ? '' : formatCount(feed.unknownResults),
    note: noteOf(feed, time, now),
  };
}

function noteOf({ knownFrom, isBackfilled, refusedAt, percent }: FeedProgress, time: TimeFormat, now: Date): string {
  if (refusedAt) return `OpenAI refused what is older, ${time.dated(refusedAt, now)}`;
  if (isBackfilled) return 'all there is';
  return knownFrom ? `${percent} %` : '';
}

function unknownNote({ feeds }: ImportProgress): string {
  const count = feeds.reduce((all, { unknownResults }) => all + unknownResults, 0);
  if (count === 0) return '';
  const what = count === 1 ? '1 result is' : `${formatCount(count)} results are`;
  return `${what} of a kind that this version does not know. They are kept as they came, and no figure holds them.`;
}

function factsOf(organization: OrganizationView, time: TimeFormat, now: Date): OrganizationPage['facts'] {
  const { openaiId, importedAt, inventoryAt, createdAt, nextImportAt, isConnected } = organization;
  const fact = (name: string, at: Date | null, otherwise: string) => ({
    name,
    text: otherwise,
    time: at && time.ago(at, now),
    isCode: false,
  });
  const isDue = nextImportAt <= now;
  return [
    { name: 'At OpenAI', text: openaiId ?? 'not told yet', time: null, isCode: openaiId !== null },
    fact('Last imported', importedAt, 'never'),
    fact('Next import', null, isConnected ? (isDue ? 'now' : time.short(nextImportAt)) : '–'),
    fact('Keys and limits listed', inventoryAt, 'never'),
    fact('Connected', createdAt, ''),
  ];
}
