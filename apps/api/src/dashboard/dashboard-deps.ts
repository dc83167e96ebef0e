import type { KeyObject } from 'node:crypto';
import type { RequestHandler } from 'express';
import type { AppDeps } from '../app-deps.js';
import type { Renderer } from './render.js';
import type { Cookies } from './session/signed-cookies.js';

/** What the pages are made of; put together in `create-dashboard.ts`. */
export interface DashboardDeps extends AppDeps {
  limitRate: RequestHandler;
  renderer: Renderer;
  cookies: Cookies;
  /** Signs cookies and the tokens in forms. */
  sessionKey: KeyObject;
}
