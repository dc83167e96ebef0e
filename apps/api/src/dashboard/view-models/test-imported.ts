import type { OpenAiProjectView } from '#domain/openai-projects/openai-project.js';
import type { ProjectKeyView } from '#domain/openai-projects/list-project-keys.js';
import { parseUsd } from '#core/money.js';
import { utcDay } from '#core/utc-day.js';
import type { ImportProgress } from '#domain/organizations/get-import-progress.js';
import type { DriftItem } from '#domain/organizations/inventory-drift.js';
import type { OrganizationView } from '#domain/organizations/organization.js';
import type { FrameInput } from './frame.js';
import { organizationPage } from './organization-page.js';
import { organizationRenamePage } from './organization-rename-page.js';
import { organizationsPage } from './organizations-page.js';
import { projectPage } from './project-page.js';
import { projectsPage } from './projects-page.js';

/** For tests: the pages of what is imported, as full as they get, every text of them `text`. */
export function importedPages(frame: FrameInput, text: string) {
  const { now } = frame;
  const project = projectOf(text, now);
  const key = keyOf(text, now);
  const day = utcDay(now);
  const spend = { day, group: text, groupName: text, cost: parseUsd('3.5'), ...noCounts };
  return {
    ...organizationPages(frame, text),
    projects: projectsPage({
      frame,
      found: {
        items: [project, { ...project, isArchived: true, spendLimit: null }],
        next: text,
        counts: { all: 4, active: 3, archived: 1, unowned: 2 },
      },
      filter: { q: text, state: 'unowned', organization: text },
      cursor: text,
      spend: { book: 'reported', cost: new Map([[text, parseUsd('12.25')]]), knownSince: new Map([[text, day]]) },
      organizations: [
        { id: text, name: text },
        { id: 'b', name: 'b' },
      ],
    }),
    project: projectPage({
      frame,
      project,
      keys: [key, { ...key, goneAt: now }],
      mostKeys: 2,
      book: 'billed',
      spend: [spend],
      days: [{ day, isKnown: true, isProvisional: true }],
      knownSince: day,
      today: day,
    }),
  };
}

function organizationPages(frame: FrameInput, text: string) {
  const { now } = frame;
  const organization = organizationOf(text, now);
  const feed = {
    feed: text,
    knownFrom: now,
    knownTo: now,
    isBackfilled: false,
    refusedAt: null,
    rows: 7,
    unknownResults: 2,
    percent: 40,
  };
  const progress: ImportProgress = {
    percent: 40,
    feeds: [feed, { ...feed, refusedAt: now }, { ...feed, knownFrom: null, isBackfilled: true }],
  };
  return {
    organizations: organizationsPage({
      frame,
      organizations: [
        { organization, progress },
        { organization: { ...organization, id: 'b', isConnected: false }, progress },
      ],
      cursor: text,
      nextCursor: text,
    }),
    organization: organizationPage({
      frame,
      organization,
      progress,
      drift: {
        organizationId: text,
        kind: 'not-stored',
        counts: { 'not-stored': 1, gone: 1, unused: 1, 'no-owner-access': 1, expiring: 1 },
        items: (['not-stored', 'gone', 'expiring'] as const).map((kind) => ({ ...driftOf(text, now), kind })),
        unusedDays: 30,
      },
      cursor: text,
      nextCursor: text,
    }),
    'organization-rename': organizationRenamePage({ frame, organization, value: text, error: text }),
  };
}

function organizationOf(text: string, now: Date): OrganizationView {
  return {
    id: text,
    name: text,
    openaiId: text,
    providerKeyId: text,
    keyLabel: text,
    isConnected: true,
    createdAt: now,
    nextImportAt: now,
    isImporting: false,
    importStartedAt: now,
    importedAt: now,
    importFailedAt: now,
    importErrorCode: 'refused',
    importError: text,
    inventoryAt: now,
    spendLimit: { usd: '500', interval: text, isEnforcing: true },
    spendAlerts: [{ id: text, usd: '400', interval: text, recipients: [text] }],
  };
}

function driftOf(text: string, now: Date): DriftItem {
  return {
    kind: 'gone',
    keyId: text,
    keyName: text,
    redactedValue: text,
    projectId: text,
    projectName: text,
    ownerName: text,
    providerKeyId: text,
    keyLabel: text,
    createdAt: now,
    lastUsedAt: now,
    expiresAt: now,
    goneAt: now,
  };
}

function projectOf(text: string, now: Date): OpenAiProjectView {
  return {
    id: text,
    name: text,
    organizationId: text,
    organizationName: text,
    isArchived: false,
    createdAt: now,
    archivedAt: now,
    residency: text,
    seenAt: now,
    keys: 3,
    storedKeys: 1,
    keysWithoutOwner: 2,
    lastUsedAt: now,
    spendLimit: { usd: '500', interval: text, isEnforcing: true },
    spendAlerts: [{ id: text, usd: '400', interval: text, recipients: [text] }],
    rateLimits: [
      {
        model: text,
        requestsPerMinute: 500,
        tokensPerMinute: 30_000,
        imagesPerMinute: 5,
        audioMegabytesPerMinute: null,
        requestsPerDay: 10_000,
        batchInputTokensPerDay: null,
      },
    ],
  };
}

function keyOf(text: string, now: Date): ProjectKeyView {
  return {
    id: text,
    name: text,
    redactedValue: text,
    createdAt: now,
    lastUsedAt: now,
    expiresAt: now,
    hasOwnerAccess: false,
    ownerType: text,
    ownerName: text,
    goneAt: null,
    storedKeyId: text,
    storedKeyLabel: text,
  };
}

const noCounts = {
  records: 1,
  requests: 0,
  inputTokens: 0,
  inputCachedTokens: 0,
  outputTokens: 0,
  unpricedRequests: 0,
  estimatedRequests: 0,
};
