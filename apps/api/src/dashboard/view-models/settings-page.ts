import { fewestKeptDays, mostKeptDays } from '#domain/retention/kept-days.js';
import type { Tenant } from '#domain/tenants/tenant.js';
import { buildFrame, type Frame, type FrameInput } from './frame.js';
import { installationKeeps } from './installation-keeps.js';
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
  retention: {
    /** What this tenant does, and what the installation. */
    kept: string;
    installation: string;
    /** As set, or as typed. */
    days: string;
    fewest: number;
    most: number;
  };
  errors: { name: string; reportingTimeZone: string; recordDays: string; form: string };
  hrefs: { submit: string; retention: string };
}

export function settingsPage(input: {
  frame: FrameInput;
  tenant: Pick<Tenant, 'slug'>;
  /** As they are, or as typed. */
  values: TenantValues;
  retention: {
    /** Null: as in the installation. */
    keptDays: number | null;
    /** 0 for ever. */
    installationDays: number;
    typed?: string | undefined;
  };
  errors: Readonly<Record<string, string>>;
}): SettingsPage {
  const { name = '', reportingTimeZone = '', recordDays = '', form = '' } = input.errors;
  const { keptDays, installationDays, typed } = input.retention;
  return {
    frame: buildFrame(input.frame, { section: 'settings', title: 'Settings' }),
    tabs: settingsTabs(input.frame.viewer, 'tenant'),
    slug: input.tenant.slug,
    values: input.values,
    zones: timeZones(),
    retention: {
      kept: keptDays === null ? 'As in the installation.' : `${keptDays} days, by the UTC day.`,
      installation: installationKeeps(installationDays),
      days: typed ?? keptDays?.toString() ?? '',
      fewest: fewestKeptDays,
      most: installationDays || mostKeptDays,
    },
    errors: { name, reportingTimeZone, recordDays, form },
    hrefs: { submit: links.settings(), retention: links.retention() },
  };
}

/** What is offered; any other IANA name can be typed. */
export function timeZones(): string[] {
  return ['UTC', ...Intl.supportedValuesOf('timeZone')];
}
