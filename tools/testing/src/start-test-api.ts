import { Router } from 'express';
import { createAuditVerifier } from '#domain/audit/create-audit-verifier.js';
import type { AccessRole } from '#domain/access-tokens/access-role.js';
import { issueAccessToken } from '#domain/access-tokens/issue-access-token.js';
import { createTenantPriceBooks } from '#domain/prices/tenant-price-books.js';
import { createAnswerCache } from '#domain/openai-mirror/answer-cache.js';
import { createProbeRecorder } from '#domain/probes/create-probe-recorder.js';
import type { Tenant } from '#domain/tenants/tenant.js';
import { buildPriceBook } from '#pricing/build-price-book.js';
import { openAiPriceSheet } from '#pricing/openai-prices.js';
import { createSimulator, type Simulator } from '#simulator/create-simulator.js';
import { createApp, type CreateDashboard } from '../../../apps/api/src/app.js';
import type { AppDeps } from '../../../apps/api/src/app-deps.js';
import { createInProcessAnswerStore } from '../../../apps/api/src/cache/in-process-answer-store.js';
import { createAuthenticator } from '../../../apps/api/src/http/authenticator.js';
import { createHttpCounters } from '../../../apps/api/src/http/http-counters.js';
import { createInProcessTokenBuckets } from '../../../apps/api/src/http/in-process-token-buckets.js';
import { listen } from '../../../apps/api/src/listen.js';
import { createTestInstallation, type TestInstallation } from './test-installation.js';

export interface TestApiOptions {
  now?: string;
  /** Connections of each of the program's roles. Default 5. */
  poolSize?: number;
  /** Over the defaults of a test: generous rate limits, no origins, no proxy. */
  settings?: Partial<AppDeps['settings']>;
  /** Any other part of the API, replaced. */
  deps?: Partial<AppDeps>;
  /** Default: none, as most tests are of the JSON API. */
  createDashboard?: CreateDashboard;
}

export interface TestApi extends TestInstallation {
  deps: AppDeps;
  simulator: Simulator;
  /** Where it listens, such as `http://127.0.0.1:40001`. */
  origin: string;
  /** The tenant `acme`. */
  tenant: Tenant;
  /** A token of `acme` (or of `tenant`) with this role; the same one each time. */
  tokenOf(role: AccessRole, tenant?: Tenant): Promise<string>;
  /** A request with this token; a body that is an object goes as JSON. */
  call(method: string, path: string, options?: CallOptions): Promise<Answer>;
}

interface CallOptions {
  token?: string;
  body?: unknown;
  headers?: Record<string, string>;
}

export interface Answer {
  status: number;
  headers: Headers;
  text: string;
  /** The body as JSON; undefined when it is none. */
  json: any; // oxlint-disable-line typescript/no-explicit-any -- tests look into many shapes
}

const noDashboard: CreateDashboard = () => ({
  pages: Router(),
  path: '/dashboard',
  problemPages: (error, _request, _response, next) => next(error),
});

/** The real API over HTTP: real Postgres, a frozen clock, and the simulator in place of OpenAI. */
export async function startTestApi(options: TestApiOptions = {}): Promise<TestApi> {
  const home = await createTestInstallation(options.now, options);
  const simulator = createSimulator();
  const { baseUrl } = await simulator.listen();
  const deps = createTestDeps(home, { baseUrl, options });
  const app = createApp(deps, options.createDashboard ?? noDashboard);
  const { server, port } = await listen(app, { host: '127.0.0.1', port: 0 });
  const origin = `http://127.0.0.1:${port}`;
  const tenant = await home.addTenant('acme');
  const tokens = new Map<string, Promise<string>>();
  return {
    ...home,
    deps,
    simulator,
    origin,
    tenant,
    tokenOf(role, of = tenant) {
      const name = `${of.slug} ${role}`;
      const token =
        tokens.get(name) ?? issueAccessToken(home, of.id, { name, role }).then((issued) => issued.token.reveal());
      tokens.set(name, token);
      return token;
    },
    call: (method, path, call) => request(origin + path, { method: method.toUpperCase(), ...call }),
    async close() {
      server.closeAllConnections();
      server.close();
      await simulator.close();
      await home.close();
    },
  };
}

function createTestDeps(
  home: TestInstallation,
  { baseUrl, options }: { baseUrl: string; options: TestApiOptions },
): AppDeps {
  const { db, ring, clock, logger, fetch } = home;
  const buckets = options.deps?.buckets ?? createInProcessTokenBuckets({ clock });
  const policy = { failuresBeforeChange: 1, defaultIntervalSecs: 300 };
  return {
    db,
    ring,
    clock,
    logger,
    fetch,
    buckets,
    counters: createHttpCounters(),
    answers: createAnswerCache({ clock, store: createInProcessAnswerStore() }),
    authenticator: createAuthenticator({ db, clock, logger, buckets }),
    verifyAudit: createAuditVerifier({ db, ring }),
    people: null,
    queue: { depth: () => Promise.resolve({ probes: 0, imports: 0, schedules: 1 }) },
    priceBooks: createTenantPriceBooks({ db, clock, base: buildPriceBook(openAiPriceSheet) }),
    recorder: createProbeRecorder({ db, policy }),
    importing: { baseUrl, historyDays: 400 },
    defaults: { model: 'gpt-4o-mini', dailyCapUsd: '0.05' },
    ...options.deps,
    settings: {
      baseUrl,
      // No test has OpenAI hang until then, and a healthy key answers by then on the busiest machine.
      deadlineMs: 15_000,
      policy,
      version: '0.0.0-test',
      environment: 'test',
      httpsOnly: false,
      hstsSubdomains: false,
      rateLimit: { rpm: 60_000, burst: 10_000, atOnce: 1_000, exemptPaths: ['/ping', '/health/live', '/health/ready'] },
      signIns: { burst: 10_000, perMinute: 10_000 },
      allowedOrigins: [],
      trustProxy: 0,
      dashboardPublic: false,
      tenantGraceDays: 30,
      usageRetentionDays: 0,
      ...options.settings,
    },
  };
}

async function request(
  url: string,
  { method, token, body, headers = {} }: CallOptions & { method: string },
): Promise<Answer> {
  const isText = typeof body === 'string';
  const response = await fetch(url, {
    method,
    redirect: 'manual',
    headers: {
      ...(token !== undefined && { 'x-api-key': token }),
      ...(body !== undefined && !isText && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body !== undefined && { body: isText ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, json: parseOrUndefined(text) };
}

function parseOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
