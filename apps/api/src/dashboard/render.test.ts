import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { parseUsd } from '#core/money.js';
import { createPublicFiles, publicDir } from './public-files.js';
import { createRenderer, type PageModels } from './render.js';
import { readStylesheet } from './stylesheet.js';
import { loginPage, problemPage } from './view-models/bare-pages.js';
import type { FrameInput } from './view-models/frame.js';
import type { HourOfProbes, KeyInput, ProbeRunInput } from './view-models/inputs.js';
import { keyDeletePage, keyFormPage, keySecretPage } from './view-models/key-form-pages.js';
import { keyPage } from './view-models/key-page.js';
import { keysPage } from './view-models/keys-page.js';
import { overviewPage } from './view-models/overview-page.js';
import { noOwnPriceValues, ownPricesPage } from './view-models/own-prices-page.js';
import { pricePreviewPage } from './view-models/price-preview-page.js';
import { pricesPage } from './view-models/prices-page.js';
import { testBalancePage } from './view-models/test-balance.js';
import { importedPages } from './view-models/test-imported.js';
import { testReportedPage } from './view-models/test-reported.js';
import { testMoney, testSpendPage } from './view-models/test-spend.js';
import { testReconciliation } from './view-models/test-reconciliation.js';
import { testAudit } from './view-models/test-audit.js';
import { testSessions } from './view-models/test-sessions.js';
import { testSettings } from './view-models/test-settings.js';
import { usagePage } from './view-models/usage-page.js';

const hostile = `"><script>alert('x')</script><img src=x onerror=alert(1)> {{7*7}} style="x`;
const now = new Date('2026-11-21T12:00:00Z');
const before = (secs: number) => new Date(now.getTime() - secs * 1000);
const admin = { role: 'platform-admin', name: hostile } as const;
const publicReader = { role: 'platform-admin', name: null } as const;

const switcher = { home: hostile, others: [{ id: 'id', name: hostile }] };
const frameFor = (viewer: FrameInput['viewer']): FrameInput => ({
  tenant: { slug: 'default', name: hostile, reportingTimeZone: 'Europe/Berlin' },
  viewer,
  now,
  theme: 'dark',
  currentUrl: `/dashboard?q=${hostile}`,
  csrfToken: viewer.name === null ? null : 'csrf',
  prober: { healthy: false, lastSweepAt: before(9_000) },
  flash: viewer.name === null ? null : { tone: 'ok', text: hostile, undo: { action: '/undo' } },
  switcher: viewer.role === 'platform-admin' && viewer.name !== null ? switcher : null,
  unpricedModels: 120,
  askedInstead: hostile,
  version: '0.1.0',
});

const hours = (count: number): HourOfProbes[] =>
  Array.from({ length: count }, (_, index) => ({
    startsAt: before((count - index) * 3_600),
    runs: index % 5 === 0 ? 0 : 12,
    ok: index % 5 === 0 ? 0 : 10,
    failedByOutcome: index % 5 === 0 ? {} : { timeout: 2 },
    avgLatencyMs: index % 5 === 0 ? null : 300 + index,
  }));

const keyAt = (index: number): KeyInput => ({
  id: `0193b4c2-7a1e-7c3f-9f00-${String(index).padStart(12, '0')}`,
  label: hostile,
  mask: hostile,
  kind: index === 1 ? 'admin' : 'project',
  model: hostile,
  probeMode: 'completion',
  isActive: index !== 2,
  createdAt: before(9e6),
  health: index === 2 ? 'inactive' : 'out-of-credit',
  freshUntil: new Date(now.getTime() + 60_000),
  healthSince: before(7_200),
  lastProbeAt: before(60),
  lastOkAt: null,
  lastOutcome: 'quota-exhausted',
  lastHttpStatus: 429,
  lastErrorCode: hostile,
  lastErrorMessage: hostile,
  lastRequestId: hostile,
  lastLatencyMs: 312,
  intervalSecs: 300,
  probes24h: { ok: 200, total: 240 },
  probeCostToday: index === 3 ? null : parseUsd('0.00018'),
  expectedCostPerDay: parseUsd('0.0031'),
  onlyListed: index === 3 ? 'no-price' : null,
  hours: hours(24),
});

const run: ProbeRunInput = {
  startedAt: before(60),
  outcome: 'quota-exhausted',
  httpStatus: 429,
  errorCode: hostile,
  latencyMs: 200,
  requestId: hostile,
  costUsd: '0.0000027',
  costBasis: 'estimated',
  costReason: hostile,
};
const noTokens = {
  cacheWriteTokens: 0,
  cacheWrite12hTokens: 0,
  reasoningTokens: 0,
  audioInputTokens: 0,
  audioCachedInputTokens: 0,
  audioOutputTokens: 0,
  imageInputTokens: 0,
  imageCachedInputTokens: 0,
  imageOutputTokens: 0,
};
const usageRow = {
  ...noTokens,
  id: 'u1',
  occurredAt: before(60),
  providerKeyId: null,
  keyLabel: hostile,
  source: 'probe',
  model: hostile,
  serviceTier: hostile,
  requests: 1,
  inputUncachedTokens: 8,
  inputCachedTokens: 2,
  outputTokens: 16,
  cost: null,
  costBasis: 'unpriced',
  costReason: hostile,
  priceVersion: 'v',
  requestId: hostile,
  endUser: hostile,
  tags: null,
} as const;
const priceRow = {
  model: hostile,
  aliases: [hostile],
  index: 0,
  tier: 'standard',
  context: 'short',
  kind: 'input',
  variant: null,
  picoUsdPerUnit: 2_500_000n,
  unit: 'token',
  effectiveFrom: '2026-08-21',
  effectiveTo: '2026-11-22',
  source: hostile,
  confidence: 'derived',
  isPromotional: true,
  regionalUplift: {
    picoPercent: 10_000_000_000_000n,
    effectiveFrom: null,
    effectiveTo: null,
    source: hostile,
    confidence: 'reported',
  },
  overrideId: null,
} as const;
const override = {
  id: 'o1',
  model: hostile,
  tier: null,
  context: null,
  kind: 'input',
  variant: hostile,
  picoUsdPerUnit: 2n,
  picoPercentOff: null,
  effectiveFrom: '2026-08-21',
  effectiveTo: null,
  createdAt: before(60),
  createdBy: hostile,
  note: hostile,
} as const;
const reRating = {
  id: 'r1',
  requestedAt: before(60),
  requestedBy: hostile,
  toVersion: hostile,
  from: null,
  to: null,
  models: [hostile],
  recordsRated: 3,
  recordsChanged: 2,
  costBefore: 1n,
  costAfter: 2n,
  recordsUnpricedBefore: 1,
  recordsUnpricedAfter: 0,
  ratedUpTo: before(90),
  finishedAt: null,
};
const priceEffect = {
  book: 'measured',
  model: hostile,
  records: 1,
  requests: 1,
  costBefore: 1n,
  costAfter: 2n,
  unpricedRequestsBefore: 1,
  unpricedRequestsAfter: 0,
  unpricedKindsAfter: [],
} as const;
const totals = {
  records: 1,
  requests: 1,
  inputTokens: 10,
  inputCachedTokens: 2,
  outputTokens: 16,
  cost: 0n,
  unpricedRequests: 1,
  estimatedRequests: 0,
};

function everyPage(viewer: FrameInput['viewer']): { [Page in keyof PageModels]: PageModels[Page] } {
  const frame = frameFor(viewer);
  const keys = [0, 1, 2, 3].map(keyAt);
  const [key] = keys;
  if (!key) throw new Error('no key');
  const named = { id: key.id, label: hostile, mask: hostile, isActive: true };
  return {
    login: loginPage({
      theme: 'dark',
      error: hostile,
      csrfToken: 'csrf',
      returnTo: hostile,
      isPublic: true,
      notice: { title: hostile, text: hostile },
      provider: hostile,
      takesTokens: true,
      again: { kind: 'token', name: hostile },
      signedOut: null,
    }),
    problem: problemPage({
      theme: 'dark',
      status: 500,
      title: hostile,
      detail: hostile,
      requestId: hostile,
      isShutOut: false,
    }),
    overview: overviewPage({
      frame,
      ...testMoney(frame, hostile),
      counts: { 'out-of-credit': 3, inactive: 1 },
      failing: [
        { id: key.id, label: hostile, health: 'out-of-credit', healthSince: before(60), lastErrorCode: hostile },
      ],
      failingTotal: 3,
      unanswered: { tested: 2, notReached: 2, timedOut: 0, message: hostile },
      hours: hours(24),
    }),
    keys: keysPage({
      frame,
      keys,
      counts: { 'out-of-credit': 4 },
      filter: { q: hostile, state: 'failing' },
      cursor: 'c',
      nextCursor: hostile,
    }),
    key: keyPage({
      frame,
      key: { ...key, hours: hours(48) },
      organization: null,
      latency: { p50Ms: 300, p95Ms: 900 },
      failures: [{ outcome: 'timeout', count: 2, lastAt: before(600) }],
      headroom: { requests: { limit: 10_000, remaining: 9_000 }, tokens: { limit: 100, remaining: 0 } },
      runs: [run],
      cursor: null,
      nextCursor: hostile,
    }),
    'key-form': keyFormPage({
      frame,
      values: { label: hostile, model: hostile, probeMode: 'completion', intervalSecs: 42, dailyCapUsd: hostile },
      models: [{ model: 'gpt-5-mini', costPerProbe: parseUsd('0.0000275') }],
      defaultIntervalSecs: 300,
      errors: { label: hostile, key: hostile, model: hostile, dailyCapUsd: hostile, form: hostile },
      existing: null,
      isAdminKey: false,
    }),
    'key-secret': keySecretPage({ frame, key: named, error: hostile }),
    'key-delete': keyDeletePage({ frame, key: named, probeRuns: 12, error: hostile }),
    usage: usagePage({
      frame,
      filters: {
        key: hostile,
        source: hostile,
        model: hostile,
        tier: hostile,
        calendar: hostile,
        from: hostile,
        to: hostile,
      },
      choices: { keys: [{ id: hostile, label: hostile }], sources: [hostile], models: [hostile], tiers: [hostile] },
      errors: { to: hostile },
      rows: [usageRow],
      totals,
      spend: testMoney(frame, hostile).spend,
      isWholeView: true,
      today: '2026-11-21',
      cursor: null,
      nextCursor: hostile,
    }),
    ...importedPages(frame, hostile),
    balance: testBalancePage(frame, hostile),
    reported: testReportedPage(frame, hostile),
    spend: testSpendPage(frame, hostile),
    reconciliation: testReconciliation(frame, hostile),
    prices: pricesPage({
      frame,
      filters: { q: hostile, tier: hostile, at: hostile },
      errors: { tier: hostile },
      day: '2026-11-21',
      rows: [priceRow, { ...priceRow, kind: 'output', confidence: 'high' }],
      upcoming: [{ ...priceRow, effectiveFrom: '2026-11-22' }],
      used: [{ model: hostile, requests: 3, unpricedRequests: 2, isMeasured: true, pricedAs: undefined }],
      usedDays: 30,
      version: hostile,
    }),
    'own-prices': ownPricesPage({
      frame,
      overrides: [override, { ...override, picoUsdPerUnit: null, picoPercentOff: -10n, effectiveTo: '2026-12-01' }],
      reRatings: [reRating, { ...reRating, models: null, finishedAt: now }],
      models: [hostile],
      version: hostile,
      values: { ...noOwnPriceValues, model: hostile, csv: hostile },
      errors: { form: hostile, csv: hostile },
    }),
    ...testSettings(frame, hostile),
    ...testSessions(frame, hostile),
    ...testAudit(frame, hostile),
    'price-preview': pricePreviewPage({
      frame,
      result: {
        versionBefore: hostile,
        versionAfter: hostile,
        added: [override],
        removed: [override],
        prices: [{ ...priceRow, from: null, to: null, before: 1n, after: null }],
        effect: { models: [priceEffect, { ...priceEffect, book: 'reported' }], isComplete: false, isBeingRated: true },
        unknownModels: [hostile],
        reRatingId: null,
      },
      unchangedLines: 2,
      fields: { [hostile]: hostile },
    }),
  };
}

const renderer = createRenderer(createPublicFiles('/assets'));
const draw = (viewer: FrameInput['viewer']) =>
  Object.entries(everyPage(viewer)).map(([page, model]) => ({
    page,
    html: renderer.render(page as keyof PageModels, model as never),
  }));

describe.each(draw(admin))('the page $page', ({ html }) => {
  test('lets nothing that was typed become markup', () => {
    expect(html).not.toContain('<script>');
    expect(html).not.toContain('<img');
    expect(html).not.toContain('49 style');
    expect(html).toContain('&lt;script&gt;');
  });

  test('needs nothing that the content security policy refuses', () => {
    expect(html).not.toMatch(/<[^>]*\sstyle\s*=/);
    expect(html).not.toMatch(/<[^>]*\son[a-z]+\s*=/);
    expect(html.match(/<script\b[^>]*>/g)?.every((tag) => tag.includes('src="/assets/'))).toBe(true);
    expect(html).not.toMatch(/(?:src|href)="(?:https?:)?\/\//);
  });

  test('names every icon that it uses in the sprite', () => {
    const defined = new Set([...html.matchAll(/<symbol id="([^"]+)"/g)].map(([, id]) => id));
    const used = [...html.matchAll(/<use href="#([^"]+)"/g)].map(([, id]) => id);
    expect(used.filter((id) => !defined.has(id))).toEqual([]);
  });

  test('has no id twice', () => {
    const ids = [...html.matchAll(/\sid="([^"]+)"/g)].map(([, id]) => id);
    expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
  });

  test('carries the token against forged requests in every form that posts', () => {
    const forms = html.match(/<form\b[^>]*method="post"[\s\S]*?<\/form>/g) ?? [];
    expect(forms.filter((form) => !form.includes('name="_csrf"'))).toEqual([]);
  });

  test('keeps its theme without a script', () => {
    expect(html).toContain('<html lang="en" data-theme="dark">');
  });
});

const writingForms = (html: string) =>
  (html.match(/<form\b[^>]*method="post"[^>]*>/g) ?? []).filter((tag) => !tag.includes('/theme"'));

describe.each(
  draw(publicReader).filter(({ page }) =>
    [
      'overview',
      'keys',
      'key',
      'usage',
      'balance',
      'prices',
      'projects',
      'project',
      'organizations',
      'organization',
    ].includes(page),
  ),
)('the public page $page', ({ html }) => {
  test('has no way to write, whatever the role', () => {
    expect(writingForms(html)).toEqual([]);
    expect(html).not.toMatch(/href="[^"]*\/(?:new|edit|secret|delete)"/);
  });
});

test('an operator may test and add, but not replace a secret or delete', () => {
  const { keys } = everyPage({ role: 'operator', name: 'ci' });
  const html = renderer.render('keys', keys);
  expect(html).toContain('/probe"');
  expect(html).toContain('/keys/new"');
  expect(html).not.toMatch(/\/(?:secret|delete)"/);
});

test('a viewer may look only', () => {
  const { keys } = everyPage({ role: 'viewer', name: 'wall' });
  expect(writingForms(renderer.render('keys', keys)).filter((tag) => !tag.includes('/logout"'))).toEqual([]);
});

test('a model without a field that its template prints fails loudly', () => {
  const { login } = everyPage(admin);
  const { documentTitle: _, ...incomplete } = login;
  expect(() => renderer.render('login', incomplete as never)).toThrow(/documentTitle/);
});

test('a page of a hundred keys weighs less than 100 KB with everything it loads', () => {
  const page = keysPage({
    frame: frameFor(admin),
    keys: Array.from({ length: 100 }, (_, index) => keyAt(index)),
    counts: { 'out-of-credit': 100 },
    filter: { q: '', state: null },
    cursor: null,
    nextCursor: null,
  });
  const files = readdirSync(publicDir).map((file) => readFileSync(path.join(publicDir, file)));
  const loaded = [renderer.render('keys', page), readStylesheet(), ...files];
  const bytes = loaded.reduce((all, file) => all + gzipSync(file).length, 0);
  expect(bytes).toBeLessThan(100_000);
});
