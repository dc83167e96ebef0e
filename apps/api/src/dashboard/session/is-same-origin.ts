import type { Request } from 'express';

/**
 * False when the browser says that a request was made by another origin. `Sec-Fetch-Site` is its own judgement and holds
 * behind any proxy; older browsers send `Origin` alone, which has to name the host that was asked. What says neither is
 * no browser, and has no cookie to misuse.
 */
export function isSameOrigin(request: Request): boolean {
  const site = request.get('sec-fetch-site');
  if (site !== undefined) return site === 'same-origin';
  const origin = request.get('origin');
  return origin === undefined || hostOf(origin) === request.host;
}

/** Null for `null`, which browsers send in the name of sandboxed and redirected pages. */
function hostOf(origin: string): string | null {
  return URL.canParse(origin) ? new URL(origin).host : null;
}
