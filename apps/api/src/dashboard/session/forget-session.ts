import type { Response } from 'express';
import type { Cookies } from './signed-cookies.js';

/**
 * Has the browser forget a session that is over, and what pages of it may have left behind (W3C Clear Site Data). Not
 * `cookies`: those would go from every host of our domain, and the session's own is cleared by name.
 */
export function forgetSession({ cookies }: { cookies: Cookies }, response: Response): void {
  cookies.clear(response, 'session');
  response.set('Clear-Site-Data', '"cache", "storage"');
}
