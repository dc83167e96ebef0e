import { type AccessRole, accessRoles, roleAllows } from '#domain/access-tokens/access-role.js';
import { buildFrame, type Frame, type FrameInput, roleNames } from './frame.js';
import { links } from './links.js';

export interface TokenValues {
  /** Of the token that the form will make, so that a page that is sent twice makes one. */
  id: string;
  name: string;
  role: string;
  /** Days, or empty for ever. */
  lastsDays: string;
}

export const newTokenValues: Omit<TokenValues, 'id'> = { name: '', role: 'viewer', lastsDays: '90' };

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

export interface IssueTokenPage {
  frame: Frame;
  values: TokenValues;
  roles: { value: string; label: string; isSelected: boolean }[];
  lifetimes: { value: string; label: string; isSelected: boolean }[];
  errors: { name: string; role: string; form: string };
  hrefs: { submit: string; cancel: string };
}

export function issueTokenPage(input: {
  frame: FrameInput;
  /** Whether platform administrators' tokens can be issued here. */
  isPlatform: boolean;
  values: TokenValues;
  errors: Readonly<Record<string, string>>;
}): IssueTokenPage {
  const { frame, values } = input;
  const { name = '', role = '', form = '' } = input.errors;
  const mine = frame.viewer.role;
  const given = accessRoles.filter((each) => roleAllows(mine, each) && (input.isPlatform || each !== 'platform-admin'));
  return {
    frame: buildFrame(frame, { section: 'settings', title: 'Issue a token' }),
    values,
    roles: given.map((value) => ({
      value,
      label: `${roleNames[value]}: ${whatRolesDo[value]}`,
      isSelected: value === values.role,
    })),
    lifetimes: lifetimes.map((each) => ({ ...each, isSelected: each.value === values.lastsDays })),
    errors: { name, role, form },
    hrefs: { submit: links.newToken(), cancel: links.settings('tokens') },
  };
}
