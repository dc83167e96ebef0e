import type { VerifyAudit } from '#domain/audit/create-audit-verifier.js';
import type { AnswerCache } from '#domain/openai-mirror/answer-cache.js';
import type { ImportSettings } from '#domain/organizations/import-settings.js';
import type { MappingRule } from '#domain/people/sign-in-mapping.js';
import type { ProbeNowDeps } from '#domain/probes/probe-now.js';
import type { ProviderKeyDefaults } from '#domain/provider-keys/store-provider-key.js';
import type { Logger } from '#core/logger.js';
import type { RateLimitSettings } from './http/limit-rate.js';
import type { Authenticator } from './http/authenticator.js';
import type { HttpCounters } from './http/http-counters.js';
import type { BucketPolicy, TokenBuckets } from './http/token-buckets.js';
import type { IdentityProvider } from './openid/identity-provider.js';

/** What the API is made of; built in `main.ts`, and by tests. */
export interface AppDeps extends ProbeNowDeps {
  logger: Logger;
  /** For keys that are stored without these. */
  defaults: ProviderKeyDefaults;
  authenticator: Authenticator;
  verifyAudit: VerifyAudit;
  /** How people sign in besides with tokens, or instead of them; null when no identity provider is configured. */
  people: { provider: IdentityProvider; rules: readonly MappingRule[]; isOnlyWay: boolean } | null;
  buckets: TokenBuckets;
  counters: HttpCounters;
  importing: ImportSettings;
  /** Of OpenAI, kept for an hour. */
  answers: AnswerCache;
  queue: {
    /** Jobs that wait or run, by queue. Rejects while the queue is away. */
    depth(): Promise<Record<string, number>>;
  };
  settings: ProbeNowDeps['settings'] & {
    version: string;
    /** NODE_ENV. */
    environment: string;
    /** Browsers come over HTTPS alone, so that cookies need it: in production, and wherever a certificate is given. */
    httpsOnly: boolean;
    /** Browsers are told the same of every host below ours. */
    hstsSubdomains: boolean;
    rateLimit: RateLimitSettings;
    /** How often one token, or one person, may sign in to the dashboard. */
    signIns: BucketPolicy;
    /** Origins whose pages may call the API; see `allowOrigins`. */
    allowedOrigins: readonly string[];
    /** Express' `trust proxy`: a number of proxies, or their addresses. */
    trustProxy: number | string;
    dashboardPublic: boolean;
    /** How long a deleted tenant can be restored. */
    tenantGraceDays: number;
    /** How long records of usage and probes are kept, as the worker is told as well; 0 for ever. */
    usageRetentionDays: number;
  };
}
