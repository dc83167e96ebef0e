import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { SecretString } from '#core/secret-string.js';
import { isTrustworthyUrl } from '#core/shared-config.js';
import { type MappingRule, parseSignInMapping } from '#domain/people/sign-in-mapping.js';

/** How people sign in through an identity provider. */
export interface OpenIdSettings {
  issuer: string;
  clientId: string;
  clientSecret: SecretString;
  /** As the authorization request has them, `openid` among them. */
  scopes: string;
  /** The claim that lists somebody's groups. */
  groupsClaim: string;
  rules: readonly MappingRule[];
  /** A sign-in counts when its `acr` is one of these; empty: whatever it is. */
  requiredAcr: readonly string[];
  /** A sign-in counts when its `amr` has one of these; empty: whatever it has. */
  requiredAmr: readonly string[];
  /** A sign-in counts for this long after somebody proved who they are (`auth_time`); null: however long ago it was. */
  maxAgeSecs: number | null;
  /** Whether people sign in here alone, and not with access tokens. */
  isOnlyWay: boolean;
  /** Where browsers reach this installation: an origin, without a slash at its end. */
  publicUrl: string;
}

const trustworthyUrl = z.string().refine(isTrustworthyUrl, 'must be an https:// URL (http:// on loopback)');

/** Set and without a value would demand nothing, so that is a fault. */
const demandedValues = z
  .string()
  .transform((text) => text.split(/\s+/).filter((value) => value !== ''))
  .refine((values) => values.length > 0, 'must name a value; several are separated by spaces')
  .default([]);

const schema = z.object({
  OIDC_ISSUER: trustworthyUrl.refine(
    (text) => !URL.canParse(text) || (new URL(text).search === '' && new URL(text).hash === ''),
    'must have no query',
  ),
  OIDC_CLIENT_ID: z.string('is required').min(1),
  OIDC_SCOPES: z
    .string()
    .default('openid email profile')
    .refine((text) => text.split(' ').includes('openid'), 'must contain openid; scopes are separated by spaces'),
  OIDC_GROUPS_CLAIM: z.string().default('groups'),
  OIDC_MAPPING: z.string('is required'),
  OIDC_REQUIRED_ACR: demandedValues,
  OIDC_REQUIRED_AMR: demandedValues,
  // At least as long as it may take to come back from the provider.
  OIDC_MAX_AGE_SECS: z
    .string()
    .regex(/^\d{1,9}$/, 'must be a whole number')
    .transform(Number)
    .pipe(z.number().min(60, 'must be at least 60'))
    .optional(),
  OIDC_ONLY: z
    .enum(['true', 'false'], 'must be true or false')
    .default('false')
    .transform((text) => text === 'true'),
  PUBLIC_URL: z
    .string('is required with OIDC_ISSUER')
    .pipe(trustworthyUrl)
    .refine((text) => !URL.canParse(text) || new URL(text).origin === text.replace(/\/$/, ''), 'must have no path')
    .transform((text) => text.replace(/\/$/, '')),
});

type Reading = { settings: OpenIdSettings | null; faults: string[] };

/**
 * The provider that `OIDC_…` names; none when none of them is set. Faults are for the configuration's report and repeat no
 * value.
 */
export function readOpenIdSettings(environment: Record<string, string | undefined>): Reading {
  const set = Object.fromEntries(
    Object.entries(environment).filter(([, value]) => value !== undefined && value !== ''),
  );
  if (!Object.keys(set).some((name) => name.startsWith('OIDC_'))) return { settings: null, faults: [] };
  const parsed = schema.safeParse(set);
  const mapping = parseSignInMapping(set['OIDC_MAPPING'] ?? '');
  const secret = readClientSecret(set);
  const faults = [
    ...(parsed.error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`) ?? []),
    ...(set['OIDC_MAPPING'] === undefined ? [] : mapping.faults.map((fault) => `OIDC_MAPPING: ${fault}`)),
    ...('fault' in secret ? [secret.fault] : []),
  ];
  if (!parsed.success || 'fault' in secret || faults.length > 0) return { settings: null, faults };
  const { data } = parsed;
  return {
    settings: {
      issuer: data.OIDC_ISSUER,
      clientId: data.OIDC_CLIENT_ID,
      clientSecret: secret.value,
      scopes: data.OIDC_SCOPES,
      groupsClaim: data.OIDC_GROUPS_CLAIM,
      rules: mapping.rules,
      requiredAcr: data.OIDC_REQUIRED_ACR,
      requiredAmr: data.OIDC_REQUIRED_AMR,
      maxAgeSecs: data.OIDC_MAX_AGE_SECS ?? null,
      isOnlyWay: data.OIDC_ONLY,
      publicUrl: data.PUBLIC_URL,
    },
    faults,
  };
}

function readClientSecret(set: Record<string, string | undefined>): { value: SecretString } | { fault: string } {
  const { OIDC_CLIENT_SECRET: text, OIDC_CLIENT_SECRET_FILE: file } = set;
  if (text !== undefined && file !== undefined) {
    return { fault: 'OIDC_CLIENT_SECRET: give this or OIDC_CLIENT_SECRET_FILE, not both' };
  }
  if (text !== undefined) return { value: new SecretString(text) };
  if (file === undefined) return { fault: 'OIDC_CLIENT_SECRET: is required (or OIDC_CLIENT_SECRET_FILE)' };
  try {
    const read = readFileSync(file, 'utf8').trim();
    return read === ''
      ? { fault: 'OIDC_CLIENT_SECRET_FILE: the file it names is empty' }
      : { value: new SecretString(read) };
  } catch {
    return { fault: 'OIDC_CLIENT_SECRET_FILE: the file it names cannot be read' };
  }
}
