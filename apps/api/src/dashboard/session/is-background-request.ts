import type { Request } from 'express';

/**
 * True when a script of ours fetches a page, to refresh a part of it or to show it in a dialog, rather than a person
 * going there. Browsers say so over TLS and on localhost (Fetch Metadata, `Sec-Fetch-Mode`); elsewhere every request
 * counts as a person's.
 */
export function isBackgroundRequest(request: Request): boolean {
  return (request.get('sec-fetch-mode') ?? 'navigate') !== 'navigate';
}
