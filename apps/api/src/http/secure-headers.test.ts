import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { simulatedSecret } from '#simulator/simulated-key.js';
import { createPageVisitor, type PageVisitor } from '#testing/page-visitor.js';
import { startTestApi, type TestApi } from '#testing/start-test-api.js';
import { createDashboard } from '../dashboard/create-dashboard.js';
import { pageRoutes } from '../dashboard/pages/page-routes.js';
import { allRoutes } from '../routes/all-routes.js';

let api: TestApi;
let admin: PageVisitor;
let token: string;
beforeAll(async () => {
  api = await startTestApi({ createDashboard });
  token = await api.tokenOf('platform-admin');
  const body = { label: 'one', key: simulatedSecret({ behaviour: 'healthy', label: 'one' }) };
  await api.call('POST', '/keys?probe=false', { token, body });
  admin = createPageVisitor(api.origin);
  await admin.signIn(token);
});
afterAll(() => api.close());

/** Directives by name, each with its sources. */
function policyOf(headers: Headers): Map<string, string[]> {
  const directives = (headers.get('content-security-policy') ?? '').split(';').map((text) => text.trim().split(/\s+/));
  return new Map(directives.map(([name = '', ...sources]) => [name, sources]));
}

test('browsers that came over TLS keep to it for a year, and below our host where the operator says so', async () => {
  const policy = async ({ call }: TestApi) => (await call('GET', '/ping')).headers.get('strict-transport-security');
  expect(await policy(api)).toBe('max-age=31536000');
  const wide = await startTestApi({ createDashboard, settings: { hstsSubdomains: true } });
  try {
    expect(await policy(wide)).toBe('max-age=31536000; includeSubDomains');
  } finally {
    await wide.close();
  }
});

const halfAYearSecs = 15_768_000;
const isExactly = (sources: string[] | undefined, ...expected: string[]) => String(sources) === String(expected);

/** The tests of Mozilla's HTTP Observatory that a server can pass by itself, each with what earns its full score. */
const rules: Record<string, (headers: Headers, body: string) => boolean> = {
  'content-security-policy: default-src is none': (headers) =>
    isExactly(policyOf(headers).get('default-src'), "'none'"),
  'content-security-policy: no unsafe source, no whole scheme, no wildcard': (headers) =>
    [...policyOf(headers)].every(([name, sources]) =>
      sources.every((source) => ["'self'", "'none'"].includes(source) || (name === 'img-src' && source === 'data:')),
    ),
  'content-security-policy: base-uri is none': (headers) => isExactly(policyOf(headers).get('base-uri'), "'none'"),
  'content-security-policy: forms go to ourselves': (headers) =>
    isExactly(policyOf(headers).get('form-action'), "'self'"),
  'x-frame-options: never in a frame, by either header': (headers) =>
    isExactly(policyOf(headers).get('frame-ancestors'), "'none'") && headers.get('x-frame-options') === 'DENY',
  'strict-transport-security: half a year or more': (headers) =>
    Number(/max-age=(\d+)/.exec(headers.get('strict-transport-security') ?? '')?.[1]) >= halfAYearSecs,
  'x-content-type-options: nosniff': (headers) => headers.get('x-content-type-options') === 'nosniff',
  'referrer-policy: nothing to other sites': (headers) =>
    ['no-referrer', 'same-origin'].includes(headers.get('referrer-policy') ?? ''),
  'cross-origin-resource-policy: same-origin': (headers) =>
    headers.get('cross-origin-resource-policy') === 'same-origin',
  'cross-origin-resource-sharing: not implemented': (headers) => !headers.has('access-control-allow-origin'),
  'subresource-integrity: every script and style is our own': (_headers, body) =>
    [...body.matchAll(/<(?:script|link)\b[^>]*?(?:src|href)="([^"]*)"/g)].every(([, url = '']) =>
      /^\/(?!\/)/.test(url),
    ),
};

/** Beyond what is graded there: OWASP ASVS 5.0, V3.4 and V13.4, and what makes a policy without exceptions possible. */
const furtherRules: typeof rules = {
  'cross-origin-opener-policy: same-origin': (headers) => headers.get('cross-origin-opener-policy') === 'same-origin',
  'nothing about what we run on': (headers) => !headers.has('server') && !headers.has('x-powered-by'),
  'nothing inline': (_headers, body) =>
    !/<script(?![^>]*\bsrc=)|<style|<[^>]+\s(?:style|on[a-z]+)="|javascript:/i.test(body),
};

function faultsOf({ headers, body }: { headers: Headers; body: string }): string[] {
  const all = Object.entries({ ...rules, ...furtherRules });
  return all.filter(([, holds]) => !holds(headers, body)).map(([name]) => name);
}

const gets = allRoutes({} as never).filter(({ method, path }) => method === 'get' && !path.includes(':'));
const pages = pageRoutes({ defaults: {} } as never).filter(
  ({ method, path }) => method === 'get' && !path.includes(':'),
);

describe('every answer would be graded A+ by Mozilla’s observatory', () => {
  test.each(gets)('GET $path', async ({ path }) => {
    const { headers, text } = await api.call('GET', path, { token });
    // Not a page: what it holds as text is data.
    const body = headers.get('content-type')?.startsWith('text/html') ? text : '';
    expect(faultsOf({ headers, body })).toEqual([]);
    expect(headers.get('cache-control')).toMatch(/no-store/);
  });

  test.each(pages)('page $path', async ({ path }) => {
    const { headers, html } = await admin.get(`/dashboard${path}`.replace(/\/$/, ''));
    expect(faultsOf({ headers, body: html })).toEqual([]);
    expect(headers.get('cache-control')).toBe('private, no-store');
  });

  test.each([
    ['the sign-in page', 'GET', '/dashboard/login'],
    ['a redirect', 'GET', '/dashboard'],
    ['the documentation', 'GET', '/docs'],
    ['the explanation of errors', 'GET', '/docs/errors'],
    ['a refusal', 'GET', '/keys'],
    ['what is not there', 'GET', '/nowhere'],
    ['a page that is not there', 'GET', '/dashboard/nowhere'],
    ['another method', 'PUT', '/keys'],
    ['an address that is too long', 'GET', `/${'x'.repeat(9_000)}`],
    ['a file of the dashboard', 'GET', '/dashboard/assets/none.css'],
  ])('%s', async (_name, method, path) => {
    const { headers, text } = await api.call(method, path);
    expect(faultsOf({ headers, body: text })).toEqual([]);
  });
});

/** What pages are made of, where they send forms, and that nothing frames them. Of each other kind there is nothing. */
const ownPolicy = {
  'default-src': "'none'",
  'script-src': "'self'",
  'style-src': "'self'",
  'img-src': "'self' data:",
  'font-src': "'self'",
  'connect-src': "'self'",
  'manifest-src': "'self'",
  'form-action': "'self'",
  'base-uri': "'none'",
  'frame-ancestors': "'none'",
};

test('a page may load what ours are made of, from us, and no frame, object, worker or anything else', async () => {
  const { headers } = await api.call('GET', '/dashboard/login');
  const policy = [...policyOf(headers)].map(([name, sources]) => [name, sources.join(' ')]);
  expect(Object.fromEntries(policy)).toEqual(ownPolicy);
});

test('where browsers come over TLS alone, each cookie is bound to host and TLS, and no script reads one', async () => {
  const production = await startTestApi({ createDashboard, settings: { httpsOnly: true } });
  try {
    const visitor = createPageVisitor(production.origin);
    await visitor.get('/dashboard/login');
    const cookies = [...visitor.setCookies];
    await visitor.signIn(await production.tokenOf('admin'));
    cookies.push(...visitor.setCookies);
    expect(cookies.length).toBeGreaterThanOrEqual(2);
    for (const cookie of cookies) {
      expect(cookie).toMatch(/^__Host-/);
      expect(cookie).toMatch(/; Secure/);
      expect(cookie).toMatch(/; HttpOnly/);
      expect(cookie).toMatch(/; SameSite=(?:Lax|Strict)/);
      expect(cookie).not.toMatch(/domain=/i);
    }
  } finally {
    await production.close();
  }
});
