import { roleAllows } from '#domain/access-tokens/access-role.js';
import { accessTo } from '#domain/access-tokens/access-table.js';
import { timeFormatFor, type TimeView } from '../format/format-time.js';
import type { ProberInput, TenantInput, ViewerInput } from './inputs.js';
import { links } from './links.js';
import { permissionsOf, type Permissions } from './permissions.js';

export const themes = ['light', 'dark', 'system'] as const;
export type Theme = (typeof themes)[number];

export interface FlashInput {
  tone: 'ok' | 'warn' | 'bad';
  text: string;
  /** A form that takes the last action back. */
  undo: { action: string } | null;
}

export interface SwitcherInput {
  /** The tenant that the reader belongs to, while another one is shown. */
  home: string | null;
  /** Some others that can be looked into; the page of all tenants has the rest. */
  others: { id: string; name: string }[];
}

export interface FrameInput {
  tenant: TenantInput;
  viewer: ViewerInput;
  now: Date;
  theme: Theme;
  /** Path and query of this page, to come back to after a switch. */
  currentUrl: string;
  csrfToken: string | null;
  prober: ProberInput;
  flash: FlashInput | null;
  /** For who may look into other tenants. */
  switcher: SwitcherInput | null;
  /** Models that were used lately and have no price. */
  unpricedModels: number;
  /** See `askedInstead`. */
  askedInstead: string | null;
  version: string;
}

interface NavItem {
  label: string;
  href: string;
  icon: string;
  shortcut: string;
  isCurrent: boolean;
  isFirst: boolean;
  /** What waits there, in figures and in words; null for nothing. */
  badge: { count: string; title: string } | null;
}

/** Everything around a page: who, where, which theme, and whether the figures can be trusted to be fresh. */
export interface Frame {
  section: Section;
  /** The page's own, beside the common one. */
  stylesheet: string | null;
  documentTitle: string;
  theme: Theme;
  themes: { value: Theme; label: string; icon: string; isCurrent: boolean }[];
  nav: NavItem[];
  /** On a phone, what has no place of its own stands behind “More”: whether the current page does. */
  isMoreCurrent: boolean;
  tenantName: string;
  switcher: { home: string; others: { name: string; action: string }[] } | null;
  zone: string;
  zoneClock: string;
  /** With its day, for paper. */
  drawnAt: string;
  /** Told to who is signed in. */
  askedInstead: string | null;
  version: string;
  viewer: { role: string; name: string; isPublic: boolean };
  can: Permissions;
  csrfToken: string | null;
  currentUrl: string;
  flash: (FlashInput & { icon: string }) | null;
  proberWarning: { text: string; since: TimeView | null } | null;
  hrefs: {
    settings: string;
    tenants: string;
    ownTenant: string;
    theme: string;
    login: string;
    logout: string;
    newKey: string;
    overview: string;
    apiDocs: string;
  };
}

export type Section =
  | 'overview'
  | 'keys'
  | 'spend'
  | 'balance'
  | 'projects'
  | 'organizations'
  | 'reconciliation'
  | 'usage'
  | 'prices'
  | 'audit'
  | 'settings'
  | 'none';

const sections = [
  { section: 'overview', label: 'Overview', href: links.overview(), shortcut: 'o' },
  { section: 'keys', label: 'Keys', href: links.keys(), shortcut: 'k' },
  { section: 'spend', label: 'Spend', href: links.spend(), shortcut: 's' },
  { section: 'balance', label: 'Balance', href: links.balance(), shortcut: 'b' },
  { section: 'projects', label: 'Projects', href: links.projects(), shortcut: 'j' },
  { section: 'organizations', label: 'Organizations', href: links.organizations(), shortcut: 'a' },
  { section: 'reconciliation', label: 'Reconciliation', href: links.reconciliation(), shortcut: 'r' },
  { section: 'usage', label: 'Usage', href: links.usage(), shortcut: 'u' },
  { section: 'prices', label: 'Prices', href: links.prices(), shortcut: 'p' },
  { section: 'audit', label: 'Audit', href: links.audit(), shortcut: 'i' },
] as const;

/** What a phone has room for, beside “More”. */
const firstSections: ReadonlySet<Section> = new Set(['overview', 'keys', 'spend', 'balance']);

const sectionsWithStyles: ReadonlySet<Section> = new Set([
  'spend',
  'balance',
  'projects',
  'organizations',
  'reconciliation',
  'prices',
  'audit',
  'settings',
]);

const themeChoices = [
  { value: 'system', label: 'System', icon: 'system' },
  { value: 'light', label: 'Light', icon: 'sun' },
  { value: 'dark', label: 'Dark', icon: 'moon' },
] as const;

export const roleNames = { viewer: 'Viewer', operator: 'Operator', admin: 'Admin', 'platform-admin': 'Platform admin' };
const flashIcons = { ok: 'healthy', warn: 'misconfigured', bad: 'dead' };

export function buildFrame(input: FrameInput, page: { section: Section; title: string }): Frame {
  const time = timeFormatFor(input.tenant.reportingTimeZone);
  const can = permissionsOf(input.viewer);
  const mayAudit = can.manage && roleAllows(input.viewer.role, accessTo.audit.read);
  return {
    section: page.section,
    stylesheet: sectionsWithStyles.has(page.section) ? `${page.section}.css` : null,
    documentTitle: `${page.title} · ${input.tenant.name} · Keyledger`,
    theme: input.theme,
    themes: themeChoices.map((choice) => ({ ...choice, isCurrent: choice.value === input.theme })),
    nav: sections
      .filter(({ section }) => section !== 'audit' || mayAudit)
      .map(({ section, ...item }) => ({
        ...item,
        icon: section,
        badge: section === 'prices' ? unpricedBadge(input.unpricedModels) : null,
        isCurrent: section === page.section,
        isFirst: firstSections.has(section),
      })),
    isMoreCurrent: page.section !== 'none' && page.section !== 'settings' && !firstSections.has(page.section),
    tenantName: input.tenant.name,
    switcher: switcherOf(input.switcher),
    zone: input.tenant.reportingTimeZone,
    zoneClock: time.clock(input.now),
    drawnAt: time.exact(input.now),
    askedInstead: input.viewer.name === null ? null : input.askedInstead,
    version: input.version,
    viewer: {
      role: roleNames[input.viewer.role],
      name: input.viewer.name ?? 'Read-only',
      isPublic: input.viewer.name === null,
    },
    can,
    csrfToken: input.csrfToken,
    currentUrl: input.currentUrl,
    flash: input.flash && {
      ...input.flash,
      undo: can.operate ? input.flash.undo : null,
      icon: flashIcons[input.flash.tone],
    },
    proberWarning: proberWarningOf(input.prober, input.now, time),
    hrefs: {
      settings: links.settings(),
      tenants: links.tenants(),
      ownTenant: links.ownTenant(),
      theme: links.theme(),
      login: links.login(),
      logout: links.logout(),
      newKey: links.newKey(),
      overview: links.overview(),
      apiDocs: links.apiDocs(),
    },
  };
}

function switcherOf(switcher: SwitcherInput | null): Frame['switcher'] {
  if (!switcher) return null;
  const others = switcher.others.map(({ id, name }) => ({ name, action: links.tenantAction(id, 'look') }));
  return { home: switcher.home ?? '', others };
}

function unpricedBadge(models: number): NavItem['badge'] {
  if (models === 0) return null;
  const title = models === 1 ? 'One model in use has no price' : `${models} models in use have no price`;
  return { count: models > 99 ? '99+' : String(models), title };
}

function proberWarningOf(prober: ProberInput, now: Date, time: ReturnType<typeof timeFormatFor>) {
  if (prober.healthy) return null;
  if (!prober.lastSweepAt) return { text: 'No key has been tested yet: the worker has not reported in', since: null };
  return {
    text: 'The worker has stopped testing keys. Its last sign of life was',
    since: time.ago(prober.lastSweepAt, now),
  };
}
