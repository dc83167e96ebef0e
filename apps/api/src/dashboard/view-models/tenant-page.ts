import { platformSlug } from '#domain/tenants/tenant.js';
import type { TenantView } from '#domain/tenants/tenant-view.js';
import { timeFormatFor } from '../format/format-time.js';
import { buildFrame, type Frame, type FrameInput } from './frame.js';
import { links } from './links.js';
import { type TenantValues, timeZones } from './settings-page.js';
import { tenantState } from './tenant-state.js';
import type { StateView } from './token-row.js';

export interface TenantPage {
  frame: Frame;
  name: string;
  slug: string;
  created: string;
  state: StateView;
  is: { active: boolean; suspended: boolean; deleted: boolean; platform: boolean };
  reason: string;
  purgeAt: string;
  graceDays: number;
  values: TenantValues;
  zones: string[];
  errors: { name: string; reportingTimeZone: string; form: string };
  hrefs: Record<'tenants' | 'submit' | 'look' | 'suspend' | 'resume' | 'export' | 'delete' | 'restore', string>;
}

export function tenantPage(input: {
  frame: FrameInput;
  tenant: TenantView;
  graceDays: number;
  values: TenantValues;
  errors: Readonly<Record<string, string>>;
}): TenantPage {
  const { frame, tenant } = input;
  const time = timeFormatFor(frame.tenant.reportingTimeZone);
  const { name = '', reportingTimeZone = '', form = '' } = input.errors;
  const { id, slug, status } = tenant;
  return {
    frame: buildFrame(frame, { section: 'settings', title: tenant.name }),
    name: tenant.name,
    slug,
    created: time.exact(tenant.createdAt),
    state: tenantState(tenant, time, frame.now),
    is: {
      active: status === 'active',
      suspended: status === 'suspended',
      deleted: status === 'deleted',
      platform: slug === platformSlug,
    },
    reason: tenant.suspendedReason ?? '',
    purgeAt: tenant.purgeAt ? time.exact(tenant.purgeAt) : '',
    graceDays: input.graceDays,
    values: input.values,
    zones: timeZones(),
    errors: { name, reportingTimeZone, form },
    hrefs: {
      tenants: links.tenants(),
      submit: links.tenant(id),
      look: links.tenantAction(id, 'look'),
      suspend: links.tenantAction(id, 'suspend'),
      resume: links.tenantAction(id, 'resume'),
      export: links.tenantAction(id, 'export'),
      delete: links.tenantAction(id, 'delete'),
      restore: links.tenantAction(id, 'restore'),
    },
  };
}
