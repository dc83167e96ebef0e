import type { ListedAccessToken } from '#domain/access-tokens/list-access-tokens.js';
import type { ListedTenant } from '#domain/tenants/unscoped-list-tenants.js';
import { type Confirmation, confirmPage } from './confirm-page.js';
import type { FrameInput } from './frame.js';
import { issueTokenPage, newTokenValues } from './issue-token-page.js';
import { settingsPage } from './settings-page.js';
import { tenantPage } from './tenant-page.js';
import { newTenantValues, tenantsPage } from './tenants-page.js';
import { tokenShownPage } from './token-shown-page.js';
import { tokensPage } from './tokens-page.js';

const hourMs = 3_600_000;

/** Pages of the settings with whatever a hostile name may do to them, for tests of drawing alone. */
export function testSettings(frame: FrameInput, hostile: string) {
  const { now } = frame;
  const fault = {
    recordDays: hostile,
    name: hostile,
    slug: hostile,
    role: hostile,
    reportingTimeZone: hostile,
    form: hostile,
  };
  const values = { name: hostile, reportingTimeZone: hostile };
  const tenant = hostileTenant(hostile, now);
  const deleted: ListedTenant = { ...tenant, status: 'deleted', deletedAt: at(now, -1), purgeAt: at(now, 700) };
  return {
    settings: settingsPage({
      frame,
      tenant: { slug: hostile },
      values,
      retention: { keptDays: 40, installationDays: 60, typed: hostile },
      errors: fault,
    }),
    tokens: tokensPage({
      frame,
      tokens: hostileTokens(hostile, now),
      ownTokenId: 'token',
      nextCursor: hostile,
    }),
    'token-form': issueTokenPage({
      frame,
      isPlatform: true,
      values: { ...newTokenValues, id: hostile, name: hostile },
      errors: fault,
    }),
    'token-shown': tokenShownPage({ frame, name: hostile, token: hostile, oldEndsAt: now }),
    tenants: tenantsPage({
      frame,
      tenants: [tenant, deleted, { ...tenant, status: 'active', slug: 'default' }],
      shownSlug: hostile,
      ownSlug: 'default',
      q: hostile,
      nextCursor: hostile,
      values: { ...newTenantValues, ...values },
      errors: fault,
    }),
    tenant: tenantPage({ frame, tenant: deleted, graceDays: 30, values, errors: fault }),
    confirm: confirmPage({ frame, question: hostileQuestion(hostile), error: hostile }),
  };
}

function at(now: Date, hours: number): Date {
  return new Date(now.getTime() + hours * hourMs);
}

function hostileTenant(hostile: string, now: Date): ListedTenant {
  return {
    id: 'id',
    slug: hostile,
    name: hostile,
    reportingTimeZone: hostile,
    status: 'suspended',
    createdAt: at(now, -9),
    suspendedAt: at(now, -1),
    suspendedReason: hostile,
    deletedAt: null,
    purgeAt: null,
    purgeBeganAt: null,
    recordRetentionDays: null,
    keys: 2,
    tokens: 0,
  };
}

function hostileTokens(hostile: string, now: Date): ListedAccessToken[] {
  const token: ListedAccessToken = {
    id: 'token',
    name: hostile,
    role: 'viewer',
    createdAt: at(now, -9),
    createdBy: hostile,
    expiresAt: null,
    revokedAt: null,
    lastUsedAt: at(now, -1),
    lastUsedAddress: hostile,
    replacesId: null,
    isReplaced: true,
  };
  const [past, future] = [at(now, -1), at(now, 9)];
  return [token, { ...token, expiresAt: future }, { ...token, revokedAt: past }, { ...token, expiresAt: past }];
}

function hostileQuestion(hostile: string): Confirmation {
  return {
    title: hostile,
    lead: hostile,
    points: [hostile],
    field: { name: 'confirm', label: hostile, exactly: hostile, hint: hostile, value: hostile, options: [] },
    button: hostile,
    isDanger: true,
    keep: hostile,
    hrefs: { submit: '/', cancel: '/' },
  };
}
