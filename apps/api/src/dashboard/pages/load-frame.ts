import { unscopedWorkerHealth } from '#domain/operations/unscoped-worker-health.js';
import { countUnpricedModels } from '#domain/prices/count-unpriced-models.js';
import type { DashboardDeps } from '../dashboard-deps.js';
import { takeFlash } from '../session/flash.js';
import { formToken } from '../session/form-token.js';
import { formSubject, visitorSubject } from '../session/form-subject.js';
import { ensureVisitor } from '../session/visitor.js';
import { askedInstead } from '../view-models/asked-instead.js';
import type { FrameInput } from '../view-models/frame.js';
import { dashboardStateOf } from './dashboard-state.js';
import { loadSwitcher } from './load-switcher.js';
import type { Visit } from './page-route.js';
import { themeOf } from './theme.js';

/** What stands around every page of a tenant. Three or four small looks into the database at once. */
export async function loadFrame(deps: DashboardDeps, visit: Visit): Promise<FrameInput> {
  const { request, response, session, tenant, viewer } = visit;
  const { lookedAt } = dashboardStateOf(response);
  const [subject, switcher, prober, unpricedModels] = await Promise.all([
    session ? formSubject(session, lookedAt) : ensureVisitor(deps, request, response).then(visitorSubject),
    session && loadSwitcher(deps, session, tenant),
    unscopedWorkerHealth(deps),
    countUnpricedModels(deps, tenant.id),
  ]);
  return {
    tenant,
    viewer,
    now: deps.clock.now(),
    theme: themeOf(request),
    currentUrl: request.originalUrl,
    csrfToken: formToken(deps.sessionKey, subject),
    prober,
    switcher,
    flash: await takeFlash(deps, request, response),
    unpricedModels,
    askedInstead: askedInstead(deps.settings.baseUrl),
    version: deps.settings.version,
  };
}
