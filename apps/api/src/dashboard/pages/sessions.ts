import { Problem } from '#core/problem.js';
import { roleAllows } from '#domain/access-tokens/access-role.js';
import { accessTo } from '#domain/access-tokens/access-table.js';
import { endAllSessions } from '#domain/sessions/end-all-sessions.js';
import { getSession } from '#domain/sessions/get-session.js';
import { listSessions } from '#domain/sessions/list-sessions.js';
import { revokeSession } from '#domain/sessions/revoke-session.js';
import type { SessionHolder } from '#domain/sessions/session.js';
import type { SessionView } from '#domain/sessions/session-view.js';
import type { DashboardDeps } from '../dashboard-deps.js';
import { forgetSession } from '../session/forget-session.js';
import type { Session } from '../session/session.js';
import { links } from '../view-models/links.js';
import { sessionEndPage, signOutEverywherePage } from '../view-models/session-end-page.js';
import { sessionsPage } from '../view-models/sessions-page.js';
import { done } from './done.js';
import { loadFrame } from './load-frame.js';
import type { Answer, Deed, PageRoute, Visit } from './page-route.js';

/** One’s own sessions for everybody; those of the whole tenant for who may end them. */
export function sessionsPages(deps: DashboardDeps): PageRoute[] {
  const ending = { access: accessTo.ownSessions.end, needsRecentSignIn: true } as const;
  const everywhere = { ...ending, path: '/settings/sessions/everywhere' } as const;
  const one = { ...ending, path: '/settings/sessions/:id/revoke', idOf: 'session' } as const;
  return [
    {
      method: 'get',
      path: '/settings/sessions',
      access: accessTo.ownSessions.read,
      needsSession: true,
      handle: async (visit) => ({ html: await drawSessions(deps, visit) }),
    },
    {
      ...everywhere,
      method: 'get',
      needsSession: true,
      handle: async (visit) => ({ html: await drawEverywhere(deps, visit) }),
    },
    { ...everywhere, method: 'post', handle: (deed) => signOutEverywhere(deps, deed) },
    { ...one, method: 'get', needsSession: true, handle: async (visit) => ({ html: await drawOne(deps, visit) }) },
    { ...one, method: 'post', handle: (deed) => revoke(deps, deed) },
  ];
}

async function drawSessions(deps: DashboardDeps, visit: Visit): Promise<string> {
  const session = sessionOf(visit);
  const { principal } = session;
  const [frame, own, all] = await Promise.all([
    loadFrame(deps, visit),
    listSessions(deps, principal.tenant.id, { of: principal }),
    seesAll(visit) ? listSessions(deps, visit.tenant.id, { of: 'everybody' }) : [],
  ]);
  const others = all.filter(({ holder }) => holder.id !== principal.id);
  const model = sessionsPage({ frame, own, others: seesAll(visit) ? others : null, currentId: session.id });
  return deps.renderer.render('sessions', model);
}

async function drawEverywhere(deps: DashboardDeps, visit: Visit): Promise<string> {
  const { principal } = sessionOf(visit);
  const own = await listSessions(deps, principal.tenant.id, { of: principal });
  const model = signOutEverywherePage({ frame: await loadFrame(deps, visit), principal, sessions: own.length });
  return deps.renderer.render('session-end', model);
}

async function signOutEverywhere(deps: DashboardDeps, { session, actor, response }: Deed): Promise<Answer> {
  const { principal } = session;
  await endAllSessions({ ...deps, actor }, principal.tenant.id, principal);
  forgetSession(deps, response);
  return { goTo: principal.kind === 'person' ? links.signedOut() : links.login() };
}

async function drawOne(deps: DashboardDeps, visit: Visit): Promise<string> {
  const { session } = await findEnding(deps, visit);
  const frame = await loadFrame(deps, visit);
  return deps.renderer.render('session-end', sessionEndPage({ frame, session, isOwn: isOwn(visit, session) }));
}

async function revoke(deps: DashboardDeps, deed: Deed): Promise<Answer> {
  const { session, tenantId, of } = await findEnding(deps, deed);
  await revokeSession({ ...deps, actor: deed.actor }, tenantId, { id: deed.id, of, role: deed.viewer.role });
  if (deed.id === deed.session.id) {
    forgetSession(deps, deed.response);
    return { goTo: links.login() };
  }
  const text = isOwn(deed, session) ? 'That session is over.' : `That session of “${session.holder.name}” is over.`;
  return done(links.sessions(), text);
}

/** One’s own first, wherever else one looks; then, for who may, any of the tenant that is shown. */
async function findEnding(
  deps: DashboardDeps,
  visit: Visit,
): Promise<{ session: SessionView; tenantId: string; of: SessionHolder | 'everybody' }> {
  const { principal } = sessionOf(visit);
  const [home, { id }] = [principal.tenant.id, visit];
  try {
    return { session: await getSession(deps, home, { id, of: principal }), tenantId: home, of: principal };
  } catch (error) {
    if (!(error instanceof Problem) || error.code !== 'not-found' || !seesAll(visit)) throw error;
  }
  const of = 'everybody';
  return { session: await getSession(deps, visit.tenant.id, { id, of }), tenantId: visit.tenant.id, of };
}

function isOwn(visit: Visit, { holder }: SessionView): boolean {
  return holder.id === sessionOf(visit).principal.id;
}

function seesAll({ viewer }: Visit): boolean {
  return roleAllows(viewer.role, accessTo.sessions.revoke);
}

/** These pages need one: see `needsSession`. */
function sessionOf({ session }: Visit): Session {
  if (!session) throw new Error('a page about sessions was shown without one');
  return session;
}
