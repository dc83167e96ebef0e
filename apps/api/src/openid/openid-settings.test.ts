import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { readOpenIdSettings } from './openid-settings.js';

const folder = mkdtempSync(path.join(tmpdir(), 'openid-'));
afterAll(() => rmSync(folder, { recursive: true }));

const given = {
  OIDC_ISSUER: 'https://id.example.com/realms/x',
  OIDC_CLIENT_ID: 'keyledger',
  OIDC_CLIENT_SECRET: 'very secret',
  OIDC_MAPPING: 'group:ops=acme/operator; domain:Acme.com=acme/viewer;',
  PUBLIC_URL: 'https://keys.example.com/',
};
const faultsOf = (change: Record<string, string | undefined>) => readOpenIdSettings({ ...given, ...change }).faults;

function file(content: string): string {
  const name = path.join(folder, `secret-${content.length}`);
  writeFileSync(name, content);
  return name;
}

test('nothing set is no provider and no fault, also where variables are there and empty', () => {
  const empty = Object.fromEntries(Object.keys(given).map((name) => [name, '']));
  expect(readOpenIdSettings({})).toEqual({ settings: null, faults: [] });
  expect(readOpenIdSettings({ ...empty, PUBLIC_URL: 'https://keys.example.com' })).toEqual({
    settings: null,
    faults: [],
  });
});

test('what is set is read, with what most providers need as defaults', () => {
  const { settings } = readOpenIdSettings(given);
  expect(settings).toMatchObject({
    issuer: 'https://id.example.com/realms/x',
    publicUrl: 'https://keys.example.com',
    scopes: 'openid email profile',
    groupsClaim: 'groups',
    requiredAcr: [],
    requiredAmr: [],
    maxAgeSecs: null,
    isOnlyWay: false,
    rules: [
      { by: 'group', value: 'ops', tenantSlug: 'acme', role: 'operator' },
      { by: 'domain', value: 'acme.com', tenantSlug: 'acme', role: 'viewer' },
    ],
  });
  expect(settings?.clientSecret.reveal()).toBe('very secret');
  expect(JSON.stringify(settings)).not.toContain('very secret');
});

test('what a sign-in has to be like is read, several values separated by white space', () => {
  const { settings } = readOpenIdSettings({
    ...given,
    OIDC_REQUIRED_ACR: ' urn:example:gold  2 ',
    OIDC_REQUIRED_AMR: 'mfa',
    OIDC_MAX_AGE_SECS: '60',
  });
  expect(settings).toMatchObject({ requiredAcr: ['urn:example:gold', '2'], requiredAmr: ['mfa'], maxAgeSecs: 60 });
});

test('that people come through the provider alone is said by true, and by nothing else', () => {
  expect(readOpenIdSettings({ ...given, OIDC_ONLY: 'true' }).settings?.isOnlyWay).toBe(true);
  expect(readOpenIdSettings({ ...given, OIDC_ONLY: 'false' }).settings?.isOnlyWay).toBe(false);
  expect(faultsOf({ OIDC_ONLY: 'yes' })).toEqual(['OIDC_ONLY: must be true or false']);
});

test('a secret comes from a file, without the line break at its end', () => {
  const { settings } = readOpenIdSettings({
    ...given,
    OIDC_CLIENT_SECRET: '',
    OIDC_CLIENT_SECRET_FILE: file('from a file\n'),
  });
  expect(settings?.clientSecret.reveal()).toBe('from a file');
});

test.each(['http://127.0.0.1:8080/realms/x', 'http://localhost:8080', 'http://[::1]:8080'])(
  'an issuer without TLS is one on loopback: %s',
  (OIDC_ISSUER) => {
    expect(faultsOf({ OIDC_ISSUER })).toEqual([]);
  },
);

test.each([
  [{ OIDC_ISSUER: 'http://id.example.com' }, 'OIDC_ISSUER: must be an https:// URL'],
  [{ OIDC_ISSUER: 'http://127.0.0.1.evil.example' }, 'OIDC_ISSUER: must be an https:// URL'],
  [{ OIDC_ISSUER: 'id.example.com' }, 'OIDC_ISSUER: must be an https:// URL'],
  [{ OIDC_ISSUER: 'https://id.example.com/?x' }, 'OIDC_ISSUER: must have no query'],
  [{ OIDC_ISSUER: undefined }, 'OIDC_ISSUER: '],
  [{ OIDC_CLIENT_ID: undefined }, 'OIDC_CLIENT_ID: is required'],
  [{ OIDC_CLIENT_SECRET: undefined }, 'OIDC_CLIENT_SECRET: is required'],
  [{ OIDC_CLIENT_SECRET_FILE: file('x') }, 'OIDC_CLIENT_SECRET: give this or OIDC_CLIENT_SECRET_FILE, not both'],
  [
    { OIDC_CLIENT_SECRET: undefined, OIDC_CLIENT_SECRET_FILE: '/nowhere' },
    'OIDC_CLIENT_SECRET_FILE: the file it names cannot be read',
  ],
  [
    { OIDC_CLIENT_SECRET: undefined, OIDC_CLIENT_SECRET_FILE: file('\n\n') },
    'OIDC_CLIENT_SECRET_FILE: the file it names is empty',
  ],
  [{ OIDC_SCOPES: 'email' }, 'OIDC_SCOPES: must contain openid'],
  [{ OIDC_REQUIRED_ACR: ' ' }, 'OIDC_REQUIRED_ACR: must name a value'],
  [{ OIDC_REQUIRED_AMR: ' ' }, 'OIDC_REQUIRED_AMR: must name a value'],
  [{ OIDC_MAX_AGE_SECS: '59' }, 'OIDC_MAX_AGE_SECS: must be at least 60'],
  [{ OIDC_MAX_AGE_SECS: '1h' }, 'OIDC_MAX_AGE_SECS: must be a whole number'],
  [{ PUBLIC_URL: undefined }, 'PUBLIC_URL: is required with OIDC_ISSUER'],
  [{ PUBLIC_URL: 'http://keys.example.com' }, 'PUBLIC_URL: must be an https:// URL'],
  [{ PUBLIC_URL: 'https://keys.example.com/keyledger' }, 'PUBLIC_URL: must have no path'],
  [{ OIDC_MAPPING: undefined }, 'OIDC_MAPPING: is required'],
  [{ OIDC_MAPPING: ' ; ' }, 'OIDC_MAPPING: must have a rule'],
  [{ OIDC_MAPPING: 'ops=acme/operator' }, 'OIDC_MAPPING: rule 1 must be like group:NAME=tenant/role'],
  [{ OIDC_MAPPING: 'group:ops=acme/owner' }, 'OIDC_MAPPING: rule 1 must be like'],
  [{ OIDC_MAPPING: 'group:ops=Acme/viewer' }, 'OIDC_MAPPING: rule 1 must be like'],
  [{ OIDC_MAPPING: 'group:a=acme/viewer;domain:acme=acme/viewer' }, 'OIDC_MAPPING: rule 2 must name a domain'],
  [{ OIDC_MAPPING: 'domain:@acme.com=acme/viewer' }, 'OIDC_MAPPING: rule 1 must name a domain'],
  [
    { OIDC_MAPPING: 'group:a=acme/platform-admin' },
    'OIDC_MAPPING: rule 1: a platform-admin is one of the tenant default',
  ],
])('refused with the name of the variable and no value: %j', (change, words) => {
  const { settings, faults } = readOpenIdSettings({ ...given, ...change });
  expect(settings).toBeNull();
  expect(faults).toEqual([expect.stringContaining(words)]);
  expect(faults.join()).not.toContain('very secret');
});
