import type { Request } from 'express';
import { dashboardPath, links, providerPaths } from '../view-models/links.js';

/** Pages that nobody wants to come back to: they only act, or ask for something that was just given. */
const passingPages = new Set([
  links.login(),
  links.logout(),
  links.theme(),
  ...Object.values(providerPaths).map((path) => dashboardPath + path),
]);
const base = 'http://dashboard.invalid';

/**
 * `wanted` when it is an address of this dashboard, as path and query; else the overview. Never another site's, however it
 * is written.
 */
export function safeReturnPath(wanted: unknown): string {
  if (typeof wanted !== 'string' || !wanted.startsWith('/') || !URL.canParse(wanted, base)) return links.overview();
  const { origin, pathname, search } = new URL(wanted, base);
  const isOurs = origin === base && (pathname === dashboardPath || pathname.startsWith(`${dashboardPath}/`));
  return isOurs && !passingPages.has(pathname) ? pathname + search : links.overview();
}

/** The page of ours that this request came from, by its Referer; null when it was none. */
export function pathBefore(request: Request): string | null {
  const referer = request.get('referer') ?? '';
  if (!URL.canParse(referer)) return null;
  const { host, pathname, search } = new URL(referer);
  return host === request.host && pathname.startsWith(dashboardPath) ? safeReturnPath(pathname + search) : null;
}

const formPages = /\/keys\/(?:new|[^/?]+\/(?:edit|secret|delete))(?:\?|$)/;

/** Where a button was pressed, to land there again; `fallback` when that is unknown or was a form. */
export function pageOfButton(request: Request, fallback: string): string {
  const before = pathBefore(request);
  return before === null || formPages.test(before) ? fallback : before;
}
