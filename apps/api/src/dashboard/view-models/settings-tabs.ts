import { type AccessRole, roleAllows } from '#domain/access-tokens/access-role.js';
import { accessTo } from '#domain/access-tokens/access-table.js';
import type { ViewerInput } from './inputs.js';
import { links } from './links.js';

interface Tab {
  tab: string;
  label: string;
  href: string;
  /** The least role that sees it. */
  access: AccessRole;
}

/** The pages of the settings, each a line. Who may not have one does not see it. */
const tabs = [
  { tab: 'tenant', label: 'Tenant', href: links.settings(), access: accessTo.ownTenant.read },
  { tab: 'sessions', label: 'Sessions', href: links.sessions(), access: accessTo.ownSessions.read },
  { tab: 'tokens', label: 'Access tokens', href: links.settings('tokens'), access: accessTo.accessTokens.read },
  { tab: 'tenants', label: 'All tenants', href: links.tenants(), access: accessTo.tenants.read },
] as const satisfies readonly Tab[];

export type SettingsTab = (typeof tabs)[number]['tab'];

export interface SettingsTabView {
  label: string;
  href: string;
  isCurrent: boolean;
}

export function settingsTabs(viewer: ViewerInput, current: SettingsTab): SettingsTabView[] {
  const isSignedIn = viewer.name !== null;
  return tabs
    .filter(({ tab, access }) => tab === 'tenant' || (isSignedIn && roleAllows(viewer.role, access)))
    .map(({ tab, label, href }) => ({ label, href, isCurrent: tab === current }));
}
