import type { ImportProgress } from '#domain/organizations/get-import-progress.js';
import type { OrganizationView } from '#domain/organizations/organization.js';
import { formatCount } from '../format/format-tokens.js';
import { buildFrame, type Frame, type FrameInput } from './frame.js';
import { importProgress, type ImportProgressView } from './import-words.js';
import type { Pagination } from './keys-page.js';
import { links } from './links.js';
import { organizationState, type OrganizationState } from './organization-state.js';
import { setLimits, type SetLimitsView } from './set-limits.js';

export interface OrganizationsPageInput {
  frame: FrameInput;
  organizations: readonly { organization: OrganizationView; progress: ImportProgress }[];
  cursor: string | null;
  nextCursor: string | null;
}

export interface OrganizationsPage {
  frame: Frame;
  total: string;
  rows: OrganizationRow[];
  pagination: Pagination;
  hrefs: { newKey: string };
}

export interface OrganizationRow {
  id: string;
  name: string;
  href: string;
  openaiId: string;
  key: { label: string; href: string | null };
  state: OrganizationState;
  isFailing: boolean;
  isConnected: boolean;
  progress: ImportProgressView;
  limits: SetLimitsView;
  hrefs: { import: string; rename: string; projects: string };
}

export function organizationsPage(input: OrganizationsPageInput): OrganizationsPage {
  const { cursor, nextCursor } = input;
  const rows = input.organizations.map((each) => organizationRow(each, input.frame));
  return {
    frame: buildFrame(input.frame, { section: 'organizations', title: 'Organizations' }),
    total: cursor === null && nextCursor === null ? formatCount(rows.length) : '',
    rows,
    pagination: {
      nextHref: nextCursor === null ? null : links.organizations({ cursor: nextCursor }),
      nextLabel: 'More organizations',
      firstHref: cursor === null ? null : links.organizations(),
      firstLabel: 'First organizations',
    },
    hrefs: { newKey: links.newAdminKey() },
  };
}

export function organizationRow(
  { organization, progress }: OrganizationsPageInput['organizations'][number],
  frame: FrameInput,
): OrganizationRow {
  const { id, name, openaiId, providerKeyId, keyLabel, isConnected } = organization;
  const state = organizationState(organization, { now: frame.now, zone: frame.tenant.reportingTimeZone });
  return {
    id,
    name,
    href: links.organization(id),
    openaiId: openaiId ?? '',
    key: { label: keyLabel, href: isConnected ? links.key(providerKeyId) : null },
    state,
    isFailing: state.tone === 'bad' || state.tone === 'warn',
    isConnected,
    progress: importProgress(progress),
    limits: setLimits({ ...organization, readAt: organization.inventoryAt, isPublic: frame.viewer.name === null }),
    hrefs: {
      import: links.organizationAction(id, 'import'),
      rename: links.organizationAction(id, 'rename'),
      projects: links.projects({ organization: id }),
    },
  };
}
