/** Where the dashboard lives. The paths beside it at the root belong to the JSON API. */
export const dashboardPath = '/dashboard';

export interface UsageFilters {
  key: string;
  source: string;
  model: string;
  /** As OpenAI names service tiers. */
  tier: string;
  /** `utc`: days are those of UTC; empty or `tenant`: of the tenant's zone. */
  calendar: string;
  /** `YYYY-MM-DD`, both included; empty for no limit. */
  from: string;
  to: string;
}

export interface AuditFilters {
  /** Name or id. */
  actor: string;
  action: string;
  /** Kind or id. */
  subject: string;
  /** `YYYY-MM-DD` in the tenant's zone, both included; empty for no limit. */
  from: string;
  to: string;
}

export interface PriceFilters {
  /** Part of a name. */
  q: string;
  tier: string;
  /** `YYYY-MM-DD` in UTC; empty for today. */
  at: string;
}

/** What the overview tells its chart apart by. */
export const overviewGroups = ['project', 'model', 'key'] as const;
export type OverviewGroup = (typeof overviewGroups)[number];

/** Below the dashboard; all but the first are registered with the identity provider, so they stay what they are. */
export const providerPaths = {
  begin: '/login/provider',
  callback: '/login/callback',
  signOut: '/login/backchannel-logout',
} as const;

/** Every address that a page links or posts to, in one table. */
export const links = {
  overview: (by?: OverviewGroup) => (by ? `${dashboardPath}?by=${by}` : dashboardPath),
  /** `again` for who is signed in, and has to prove anew who they are. */
  login: (query: { returnTo?: string; again?: '1' | '' } = {}) => withQuery(`${dashboardPath}/login`, query),
  providerLogin: (query: { returnTo?: string; again?: '1' | '' }) =>
    withQuery(dashboardPath + providerPaths.begin, query),
  signedOut: () => `${dashboardPath}/login?signedOut=1`,
  logout: () => `${dashboardPath}/logout`,
  theme: () => `${dashboardPath}/theme`,
  keys: (filter: { state?: string; q?: string; cursor?: string } = {}) => withQuery(`${dashboardPath}/keys`, filter),
  newKey: () => `${dashboardPath}/keys/new`,
  newAdminKey: () => `${dashboardPath}/keys/new?kind=admin`,
  key: (id: string, query: { cursor?: string } = {}) => withQuery(`${dashboardPath}/keys/${id}`, query),
  keyAction: (id: string, action: KeyAction) => `${dashboardPath}/keys/${id}/${action}`,
  usage: (filters: Partial<UsageFilters> & { cursor?: string } = {}) => withQuery(`${dashboardPath}/usage`, filters),
  usageCsv: (filters: Partial<UsageFilters>) => withQuery(`${dashboardPath}/usage.csv`, filters),
  /** The rows behind a day of the reported book. */
  reported: (filters: Record<string, string | undefined> = {}) => withQuery(`${dashboardPath}/usage/reported`, filters),
  spend: (filters: Record<string, string | undefined> = {}) => withQuery(`${dashboardPath}/spend`, filters),
  spendCsv: (filters: Record<string, string | undefined> = {}) => withQuery(`${dashboardPath}/spend.csv`, filters),
  projects: (filters: Record<string, string | undefined> = {}) => withQuery(`${dashboardPath}/projects`, filters),
  project: (id: string) => `${dashboardPath}/projects/${encodeURIComponent(id)}`,
  organizations: (query: { cursor?: string } = {}) => withQuery(`${dashboardPath}/organizations`, query),
  organization: (id: string, query: { drift?: string; cursor?: string } = {}) =>
    withQuery(`${dashboardPath}/organizations/${id}`, query),
  organizationAction: (id: string, action: 'import' | 'rename') => `${dashboardPath}/organizations/${id}/${action}`,
  balance: (filters: { organization?: string; cursor?: string } = {}) => withQuery(`${dashboardPath}/balance`, filters),
  balanceCsv: (organization: string) => withQuery(`${dashboardPath}/balance.csv`, { organization }),
  balanceAction: (organizationId: string, action: 'sync' | 'deposit' | 'correct') =>
    `${dashboardPath}/balance/${organizationId}/${action}`,
  balanceUndo: (organizationId: string, undo: string) =>
    withQuery(`${dashboardPath}/balance/${organizationId}/correct`, { undo }),
  reconciliation: (filters: Record<string, string | undefined> = {}) =>
    withQuery(`${dashboardPath}/reconciliation`, filters),
  reconciliationCsv: (filters: Record<string, string | undefined> = {}) =>
    withQuery(`${dashboardPath}/reconciliation.csv`, filters),
  audit: (filters: Partial<AuditFilters> & { cursor?: string; verify?: '1' } = {}) =>
    withQuery(`${dashboardPath}/audit`, filters),
  auditFile: (format: 'csv' | 'jsonl', filters: Partial<AuditFilters>) =>
    withQuery(`${dashboardPath}/audit.${format}`, filters),
  prices: (filters: Partial<PriceFilters> = {}) => withQuery(`${dashboardPath}/prices`, filters),
  pricesCsv: (filters: Partial<PriceFilters>) => withQuery(`${dashboardPath}/prices.csv`, filters),
  ownPrices: (action?: 'preview' | 'undo', ids: { remove?: string; restore?: string } = {}) =>
    withQuery(`${dashboardPath}/prices/own${action === undefined ? '' : `/${action}`}`, ids),
  settings: (tab?: 'tokens') => `${dashboardPath}/settings${tab === undefined ? '' : `/${tab}`}`,
  retention: () => `${dashboardPath}/settings/retention`,
  /** Empty for as in the installation. */
  setRetention: (days: string) => `${dashboardPath}/settings/retention?days=${days}`,
  sessions: () => `${dashboardPath}/settings/sessions`,
  revokeSession: (id: string) => `${dashboardPath}/settings/sessions/${id}/revoke`,
  signOutEverywhere: () => `${dashboardPath}/settings/sessions/everywhere`,
  newToken: () => `${dashboardPath}/settings/tokens/new`,
  tokenAction: (id: string, action: 'rotate' | 'revoke') => `${dashboardPath}/settings/tokens/${id}/${action}`,
  tenants: (query: { q?: string; cursor?: string } = {}) => withQuery(`${dashboardPath}/settings/tenants`, query),
  tenant: (id: string) => `${dashboardPath}/settings/tenants/${id}`,
  tenantAction: (id: string, action: TenantAction) => `${dashboardPath}/settings/tenants/${id}/${action}`,
  /** Back to the tenant that one belongs to. */
  ownTenant: () => `${dashboardPath}/settings/own-tenant`,
  apiDocs: () => '/docs',
};

export type TenantAction = 'look' | 'suspend' | 'resume' | 'export' | 'delete' | 'restore';

export type KeyAction = 'edit' | 'secret' | 'delete' | 'probe' | 'activate' | 'deactivate';

function withQuery(path: string, query: Record<string, string | undefined>): string {
  const set = Object.entries(query).filter((entry): entry is [string, string] => Boolean(entry[1]));
  return set.length === 0 ? path : `${path}?${new URLSearchParams(set).toString()}`;
}
