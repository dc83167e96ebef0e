import { unscopedWorkerHealth } from '#domain/operations/unscoped-worker-health.js';
import type { DashboardDeps } from '../dashboard-deps.js';
import { takeFlash } from '../session/flash.js';
import { formToken } from '../session/form-token.js';
import { ensureVisitor } from '../session/visitor.js';
import type { FrameInput } from '../view-models/frame.js';
import type { Visit } from './page-route.js';
import { themeOf } from './theme.js';

/** What stands around every page of a tenant. One look into the database, as is finding out who asks. */
export async function loadFrame(deps: DashboardDeps, visit: Visit): Promise<FrameInput> {
  const { request, response, session, tenant, viewer } = visit;
  const subject = session?.id ?? (await ensureVisitor(deps, request, response));
  return {
    tenant,
    viewer,
    now: deps.clock.now(),
    theme: themeOf(request),
    currentUrl: request.originalUrl,
    csrfToken: formToken(deps.sessionKey, subject),
    prober: await unscopedWorkerHealth(deps),
    flash: await takeFlash(deps, request, response),
    version: deps.settings.version,
  };
}
