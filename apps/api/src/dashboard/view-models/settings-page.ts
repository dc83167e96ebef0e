import type { Tenant } from '#domain/tenants/tenant.js';
import { buildFrame, type Frame, type FrameInput } from './frame.js';
import { links } from './links.js';
import { settingsTabs, type SettingsTabView } from './settings-tabs.js';

export interface TenantValues {
  name: string;
  reportingTimeZone: string;
}

export interface SettingsPage {
  frame: Frame;
  tabs: SettingsTabView[];
  slug: string;
  values: TenantValues;
  zones: string[];
  retention: string;
  errors: { name: string; reportingTimeZone: string; form: string };
  hrefs: { submit: string };
}

export function settingsPage(input: {
  frame: FrameInput;
  tenant: Pick<Tenant, 'slug'>;
  /** As they are, or as typed. */
  values: TenantValues;
  /** Days; 0 for ever. */
  usageRetentionDays: number;
  errors: Readonly<Record<string, string>>;
}): SettingsPage {
  const { name = '', reportingTimeZone = '', form = '' } = input.errors;
  return {
    frame: buildFrame(input.frame, { section: 'settings', title: 'Settings' }),
    tabs: settingsTabs(input.frame.viewer, 'tenant'),
    slug: input.tenant.slug,
    values: input.values,
    zones: timeZones(),
    retention: retentionWords(input.usageRetentionDays),
    errors: { name, reportingTimeZone, form },
    hrefs: { submit: links.settings() },
  };
}

/** What is offered; any other IANA name can be typed. */
export function timeZones(): string[] {
  return ['UTC', ...Intl.supportedValuesOf('timeZone')];
}

function retentionWords(days: number): string {
  if (days === 0) return 'All records of usage and of probes are kept for ever.';
  return `Records of usage and of probes are dropped a month at a time, once the month ended ${days} days ago. Sums by the hour and by the day stay.`;
}
