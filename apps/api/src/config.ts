import { z } from 'zod';
import { parseConfig } from '#core/config.js';
import { apiKeyField, sharedConfigFields, strongApiKeyInProduction, wholeNumber } from '#core/shared-config.js';
import { tlsInProduction } from '#core/tls-in-production.js';
import { httpsInProduction, outboundConfigFields } from '#outbound/outbound-config.js';

/** Named here as what the api reads; `readOpenIdSettings` checks them together. */
const openIdConfigFields = {
  PUBLIC_URL: z.string().optional(),
  OIDC_ISSUER: z.string().optional(),
  OIDC_CLIENT_ID: z.string().optional(),
  OIDC_CLIENT_SECRET: z.string().optional(),
  OIDC_CLIENT_SECRET_FILE: z.string().optional(),
  OIDC_SCOPES: z.string().optional(),
  OIDC_GROUPS_CLAIM: z.string().optional(),
  OIDC_MAPPING: z.string().optional(),
  OIDC_REQUIRED_ACR: z.string().optional(),
  OIDC_REQUIRED_AMR: z.string().optional(),
  OIDC_MAX_AGE_SECS: z.string().optional(),
  OIDC_ONLY: z.string().optional(),
};

/** Likewise; `readCertificateFiles` checks them together. */
const certificateConfigFields = { TLS_CERT_FILE: z.string().optional(), TLS_KEY_FILE: z.string().optional() };

/** Paths that the health checks of orchestrators and load balancers ask for, as often as they like. */
const defaultExempt = '/ping,/health/live,/health/ready';

const proxyAddress = /^(loopback|linklocal|uniquelocal|[0-9a-f.:]+(\/\d{1,3})?)$/i;
const isProxyCount = (text: string) => /^\d{1,2}$/.test(text);

const trueOrFalse = z
  .enum(['true', 'false'], 'must be true or false')
  .default('false')
  .transform((text) => text === 'true');

export const apiConfigSchema = z
  .object({
    ...sharedConfigFields,
    ...outboundConfigFields,
    HOST: z.string().min(1).default('127.0.0.1'),
    PORT: wholeNumber({ min: 0, max: 65_535, default: 5001 }),
    API_KEY: apiKeyField,
    RATE_LIMIT_RPM: wholeNumber({ min: 1, max: 1_000_000, default: 600 }),
    RATE_LIMIT_BURST: wholeNumber({ min: 1, max: 100_000, default: 100 }),
    RATE_LIMIT_CONCURRENT: wholeNumber({ min: 1, max: 100_000, default: 100 }),
    MAX_KEYS_PER_TENANT: wholeNumber({ min: 1, max: 1_000_000, default: 10_000 }),
    RATE_LIMIT_EXEMPT: listOf(/^\/[^\s?#]*$/, 'must be paths such as /ping, separated by commas').default(
      defaultExempt.split(','),
    ),
    ALLOWED_ORIGINS: listOf(
      /^(\*|https?:\/\/[^\s/]+)$/,
      'must be origins such as https://ops.example.com, separated by commas, or *',
    ).default([]),
    TENANT_DELETE_GRACE_DAYS: wholeNumber({ min: 1, max: 3_650, default: 30 }),
    DASHBOARD_PUBLIC: trueOrFalse,
    HSTS_SUBDOMAINS: trueOrFalse,
    ...openIdConfigFields,
    ...certificateConfigFields,
    // `true` is refused: who believes every proxy lets each caller choose the address that they are limited by.
    TRUST_PROXY: z
      .string()
      .refine(
        (text) => isProxyCount(text) || text.split(',').every((part) => proxyAddress.test(part.trim())),
        'must be the number of proxies in front, or their addresses such as 10.0.0.0/8, separated by commas',
      )
      .transform((text) => (isProxyCount(text) ? Number(text) : text))
      .default(0),
  })
  .check(strongApiKeyInProduction, httpsInProduction, tlsInProduction);

export type ApiConfig = z.infer<typeof apiConfigSchema>;

function listOf(item: RegExp, message: string) {
  return z
    .string()
    .transform((text) => text.split(',').map((part) => part.trim()))
    .refine((parts) => parts.every((part) => item.test(part)), message);
}

/** @throws ConfigError naming every variable that is missing or unusable */
export function readApiConfig(
  environment: Record<string, string | undefined>,
  furtherFaults: readonly string[],
): ApiConfig {
  return parseConfig(apiConfigSchema, environment, furtherFaults);
}
