import type { Request, RequestHandler, Response } from 'express';
import { z } from 'zod';
import { Problem } from '#core/problem.js';
import { roleAllows } from '#domain/access-tokens/access-role.js';
import { actorOf } from '../../http/actor-of.js';
import { asWork } from '../../http/as-work.js';
import { StreamReply } from '../../http/reply.js';
import { toProblem } from '../../http/problem-responses.js';
import { noteProblem, requestStateOf } from '../../http/request-state.js';
import { sendStream } from '../../http/send-stream.js';
import type { DashboardDeps } from '../dashboard-deps.js';
import { assertFormOfTenant } from '../session/assert-form-of-tenant.js';
import { assertOwnForm } from '../session/assert-own-form.js';
import { writeFlash } from '../session/flash.js';
import { pathBefore } from '../session/return-path.js';
import { links } from '../view-models/links.js';
import { dashboardStateOf } from './dashboard-state.js';
import { findReader } from './find-reader.js';
import type { Answer, Deed, PageRoute, PostedForm, Visit } from './page-route.js';
import { readForm, stringsOf } from './read-form.js';
import { sendSignInPage } from './sign-in.js';

/** Lets in whom the route's `access` allows, takes only forms that are our own, and sends what the page answers. */
export function runPage(deps: DashboardDeps, route: PageRoute): RequestHandler[] {
  const run = asWork(async (request, response) => {
    const state = dashboardStateOf(response);
    const { session } = state;
    const reader = await findReader(deps, state);
    const needsSession = route.method === 'post' || route.access !== 'viewer' || route.needsSession === true;
    if (!reader || (needsSession && !session)) return askToSignIn(deps, request, response);
    if (!roleAllows(reader.viewer.role, route.access)) throw tooSmallARole(route, reader.viewer.role);
    const visit: Visit = {
      ...reader,
      request,
      response,
      session,
      id: parseId(route, request),
      query: queryOf(request),
      form: stringsOf(request.body),
    };
    await send(deps, visit, await (route.method === 'post' ? carryOut(deps, route, visit) : route.handle(visit)));
  });
  return route.method === 'post' ? [readForm(route.formLimitBytes), run] : [run];
}

async function carryOut(deps: DashboardDeps, form: PostedForm, visit: Visit): Promise<Answer> {
  const deed = deedOf(visit);
  try {
    const drawnFor = assertOwnForm(deps, deed.request, { holder: deed.session.id, form: deed.form });
    assertFormOfTenant(drawnFor, { session: deed.session, lookedAt: dashboardStateOf(deed.response).lookedAt });
    return await form.handle(deed);
  } catch (error) {
    const problem = toProblem(error);
    noteProblem(deed.response, problem);
    if (!form.redraw || !isMendable(deed, problem)) throw error;
    return { html: await form.redraw(deed, problem), status: problem.status };
  }
}

function deedOf({ session, ...visit }: Visit): Deed {
  const actor = actorOf(visit.request, requestStateOf(visit.response));
  if (!session || !actor) throw new Error('who posts a form is signed in');
  return { ...visit, session, actor };
}

/**
 * Faults of what was typed; and a form of ours whose session is another one by now, which only has to be sent again. Never
 * one of another tenant: the next press would do it in this one.
 */
function isMendable({ request }: Visit, { code, status }: Problem): boolean {
  if (code === 'csrf-rejected') return request.get('sec-fetch-site') === 'same-origin';
  return status === 400 || status === 409;
}

/** A page is come back to after signing in; so is the form that was open when the session ended. */
async function askToSignIn(deps: DashboardDeps, request: Request, response: Response): Promise<void> {
  if (request.method === 'POST') {
    const text = 'You are not signed in any more. Sign in, then send the form again.';
    const error = { title: 'Nothing was done', text };
    return sendSignInPage(deps, { request, response }, { status: 401, error, returnTo: pathBefore(request) ?? '' });
  }
  response.redirect(303, links.login({ returnTo: request.originalUrl }));
}

function tooSmallARole({ access }: PageRoute, role: string): Problem {
  return new Problem('forbidden', { detail: `This needs the role “${access}”; yours is “${role}”.` });
}

/** Which of two is meant nobody can tell, and a view without either would be taken for the one that was asked for. */
function queryOf({ query }: Request): Record<string, string> {
  const twice = Object.entries(query).find(([, value]) => typeof value !== 'string');
  if (twice) throw new Problem('invalid-request', { detail: `The address says “${twice[0]}” more than once.` });
  return stringsOf(query);
}

/** An id that cannot exist is answered as one that does not. */
function parseId({ idOf = 'key' }: PageRoute, request: Request): string {
  const { id } = request.params;
  if (id === undefined) return '';
  const parsed = (idOf === 'project' ? openAiId : z.uuid().toLowerCase()).safeParse(id);
  if (!parsed.success) throw new Problem('not-found', { detail: `There is no such ${idOf}.` });
  return parsed.data;
}

const openAiId = z.string().regex(/^[\w-]{1,100}$/);

async function send(deps: DashboardDeps, { request, response }: Visit, reply: Answer): Promise<void> {
  if (reply instanceof StreamReply) return sendStream(reply, { request, response });
  if ('html' in reply) {
    response
      .status(reply.status ?? 200)
      .type('html')
      .send(reply.html);
    return;
  }
  if (reply.flash) await writeFlash(deps, response, reply.flash);
  response.redirect(303, reply.goTo);
}
