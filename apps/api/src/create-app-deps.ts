import { existsSync, readFileSync } from 'node:fs';
import { createAuditVerifier } from '#domain/audit/create-audit-verifier.js';
import { systemClock } from '#core/clock.js';
import type { Logger } from '#core/logger.js';
import type { MasterKeyRing } from '#crypto/key-ring.js';
import { createTenantPriceBooks } from '#domain/prices/tenant-price-books.js';
import { createAnswerCache } from '#domain/openai-mirror/answer-cache.js';
import { createProbeRecorder } from '#domain/probes/create-probe-recorder.js';
import { mostSessions } from '#domain/sessions/session.js';
import { createOutboundFetch } from '#outbound/create-outbound-fetch.js';
import { outboundSettings } from '#outbound/outbound-config.js';
import { buildPriceBook } from '#pricing/build-price-book.js';
import { openAiPriceSheet } from '#pricing/openai-prices.js';
import type { AppDeps } from './app-deps.js';
import type { ApiConfig } from './config.js';
import type { Connections } from './connections.js';
import { createAuthenticator } from './http/authenticator.js';
import { createHttpCounters } from './http/http-counters.js';
import { createPeople } from './openid/create-people.js';
import type { OpenIdSettings } from './openid/openid-settings.js';

interface AppParts {
  connections: Connections;
  ring: MasterKeyRing;
  logger: Logger;
  /** Null without an identity provider. */
  openId: OpenIdSettings | null;
}

/** As many at once as a holder may have sessions, then one a minute: nobody needs more, and each is audited. */
const signIns = { burst: mostSessions, perMinute: 1 };

/** The parts of the API, put together as the configuration says. */
export function createAppDeps(config: ApiConfig, { connections, ring, logger, openId }: AppParts): AppDeps {
  const { db, queues, buckets, answerStore } = connections;
  const clock = systemClock;
  const fetch = createOutboundFetch(outboundSettings(config));
  const policy = {
    failuresBeforeChange: config.PROBE_FAILURES_BEFORE_DEAD,
    defaultIntervalSecs: config.PROBE_INTERVAL_SECS,
  };
  return {
    db,
    ring,
    clock,
    logger,
    fetch,
    buckets,
    queue: queues,
    counters: createHttpCounters(),
    answers: createAnswerCache({ clock, store: answerStore }),
    authenticator: createAuthenticator({ db, clock, logger, buckets }),
    verifyAudit: createAuditVerifier({ db, ring }),
    people: openId && createPeople({ fetch, clock }, openId),
    priceBooks: createTenantPriceBooks({ db, clock, base: buildPriceBook(openAiPriceSheet) }),
    recorder: createProbeRecorder({ db, policy }),
    defaults: {
      model: config.OPENAI_MODEL,
      dailyCapUsd: config.PROBE_DAILY_CAP_USD,
      mostKeys: config.MAX_KEYS_PER_TENANT,
    },
    importing: { baseUrl: config.OPENAI_BASE_URL, historyDays: config.IMPORT_HISTORY_DAYS },
    settings: {
      baseUrl: config.OPENAI_BASE_URL,
      deadlineMs: config.PROBE_DEADLINE_MS,
      policy,
      version: readVersion(),
      environment: config.NODE_ENV,
      httpsOnly: config.NODE_ENV === 'production' || config.TLS_CERT_FILE !== undefined,
      hstsSubdomains: config.HSTS_SUBDOMAINS,
      rateLimit: {
        rpm: config.RATE_LIMIT_RPM,
        burst: config.RATE_LIMIT_BURST,
        atOnce: config.RATE_LIMIT_CONCURRENT,
        exemptPaths: config.RATE_LIMIT_EXEMPT,
      },
      signIns,
      allowedOrigins: config.ALLOWED_ORIGINS,
      trustProxy: config.TRUST_PROXY,
      dashboardPublic: config.DASHBOARD_PUBLIC,
      tenantGraceDays: config.TENANT_DELETE_GRACE_DAYS,
      usageRetentionDays: config.USAGE_RETENTION_DAYS,
    },
  };
}

/** Of package.json, which `npm run build` leaves one folder further up than the sources have it. */
function readVersion(): string {
  const folders = ['../../../', '../../../../'].map((up) => new URL(`${up}package.json`, import.meta.url));
  const found = folders.find((url) => existsSync(url));
  if (!found) throw new Error('package.json is not where the program expects it');
  return (JSON.parse(readFileSync(found, 'utf8')) as { version: string }).version;
}
