import { platformSlug } from '#domain/tenants/tenant.js';
import type { ListedTenant } from '#domain/tenants/unscoped-list-tenants.js';
import { timeFormatFor, type TimeView } from '../format/format-time.js';
import { formatCount } from '../format/format-tokens.js';
import { buildFrame, type Frame, type FrameInput } from './frame.js';
import { links } from './links.js';
import { timeZones } from './settings-page.js';
import { settingsTabs, type SettingsTabView } from './settings-tabs.js';
import { tenantState } from './tenant-state.js';
import type { StateView } from './token-row.js';

export interface NewTenantValues {
  name: string;
  slug: string;
  reportingTimeZone: string;
}

export const newTenantValues: NewTenantValues = { name: '', slug: '', reportingTimeZone: 'UTC' };

export interface TenantsPage {
  frame: Frame;
  tabs: SettingsTabView[];
  q: string;
  rows: {
    name: string;
    slug: string;
    zone: string;
    state: StateView;
    keys: string;
    tokens: string;
    created: TimeView;
    isShown: boolean;
    isPlatform: boolean;
    href: string;
    /** Null for the tenant that is shown already, and for one that is closed. */
    look: string | null;
  }[];
  nextHref: string;
  values: NewTenantValues;
  zones: string[];
  errors: { name: string; slug: string; reportingTimeZone: string; form: string };
  hrefs: { submit: string; ownTenant: string };
}

export interface TenantsPageInput {
  frame: FrameInput;
  tenants: ListedTenant[];
  /** Of the tenant whose pages are shown, and of the reader's own. */
  shownSlug: string;
  ownSlug: string;
  q: string;
  nextCursor: string | null;
  values: NewTenantValues;
  errors: Readonly<Record<string, string>>;
}

export function tenantsPage(input: TenantsPageInput): TenantsPage {
  const { frame, q, nextCursor } = input;
  const time = timeFormatFor(frame.tenant.reportingTimeZone);
  const { name = '', slug = '', reportingTimeZone = '', form = '' } = input.errors;
  const lookAt = ({ id, slug: wanted, status }: ListedTenant) => {
    if (status !== 'active' || wanted === input.shownSlug) return null;
    return wanted === input.ownSlug ? links.ownTenant() : links.tenantAction(id, 'look');
  };
  return {
    frame: buildFrame(frame, { section: 'settings', title: 'All tenants' }),
    tabs: settingsTabs(frame.viewer, 'tenants'),
    q,
    rows: input.tenants.map((tenant) => ({
      name: tenant.name,
      slug: tenant.slug,
      zone: tenant.reportingTimeZone,
      state: tenantState(tenant, time, frame.now),
      keys: formatCount(tenant.keys),
      tokens: formatCount(tenant.tokens),
      created: time.ago(tenant.createdAt, frame.now),
      isShown: tenant.slug === input.shownSlug,
      isPlatform: tenant.slug === platformSlug,
      href: links.tenant(tenant.id),
      look: lookAt(tenant),
    })),
    nextHref: nextCursor === null ? '' : links.tenants({ q, cursor: nextCursor }),
    values: input.values,
    zones: timeZones(),
    errors: { name, slug, reportingTimeZone, form },
    hrefs: { submit: links.tenants(), ownTenant: links.ownTenant() },
  };
}
