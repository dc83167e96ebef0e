import { type AccessRole, accessRoles, roleAllows } from '#domain/access-tokens/access-role.js';
import type { ListedAccessToken } from '#domain/access-tokens/list-access-tokens.js';
import { timeFormatFor } from '../format/format-time.js';
import { buildFrame, type Frame, type FrameInput, roleNames } from './frame.js';
import { links } from './links.js';
import { settingsTabs, type SettingsTabView } from './settings-tabs.js';
import { type TokenRow, tokenRow } from './token-row.js';

export interface TokenValues {
  name: string;
  role: string;
  /** Days, or empty for ever. */
  lastsDays: string;
}

export const newTokenValues: TokenValues = { name: '', role: 'viewer', lastsDays: '90' };

/** How long a new token may be chosen to last, in days. */
export const lifetimes = [
  { value: '30', label: '30 days' },
  { value: '90', label: '90 days' },
  { value: '365', label: 'a year' },
  { value: '', label: 'for ever' },
] as const;

const whatRolesDo: Readonly<Record<AccessRole, string>> = {
  viewer: 'reads figures and health',
  operator: 'also adds, tests and switches keys',
  admin: 'also deletes, and manages tokens and prices',
  'platform-admin': 'runs the installation, all tenants',
};

export interface TokensPage {
  frame: Frame;
  tabs: SettingsTabView[];
  rows: TokenRow[];
  values: TokenValues;
  roles: { value: string; label: string; isSelected: boolean }[];
  lifetimes: { value: string; label: string; isSelected: boolean }[];
  errors: { name: string; role: string; form: string };
  nextHref: string;
  hrefs: { submit: string };
}

export interface TokensPageInput {
  frame: FrameInput;
  tokens: ListedAccessToken[];
  /** The one that the reader came with. */
  ownTokenId: string;
  /** Whether platform administrators' tokens can be issued here. */
  isPlatform: boolean;
  nextCursor: string | null;
  values: TokenValues;
  errors: Readonly<Record<string, string>>;
}

export function tokensPage(input: TokensPageInput): TokensPage {
  const { frame, values } = input;
  const time = timeFormatFor(frame.tenant.reportingTimeZone);
  const { name = '', role = '', form = '' } = input.errors;
  const mine = frame.viewer.role;
  const given = accessRoles.filter((each) => roleAllows(mine, each) && (input.isPlatform || each !== 'platform-admin'));
  return {
    frame: buildFrame(frame, { section: 'settings', title: 'Access tokens' }),
    tabs: settingsTabs(frame.viewer, 'tokens'),
    rows: input.tokens.map((token) =>
      tokenRow(
        {
          token,
          isOwn: token.id === input.ownTokenId,
          mayManage: roleAllows(mine, token.role),
        },
        time,
        frame.now,
      ),
    ),
    values,
    roles: given.map((value) => ({
      value,
      label: `${roleNames[value]}: ${whatRolesDo[value]}`,
      isSelected: value === values.role,
    })),
    lifetimes: lifetimes.map((each) => ({ ...each, isSelected: each.value === values.lastsDays })),
    errors: { name, role, form },
    nextHref: input.nextCursor === null ? '' : `${links.settings('tokens')}?cursor=${input.nextCursor}`,
    hrefs: { submit: links.settings('tokens') },
  };
}
