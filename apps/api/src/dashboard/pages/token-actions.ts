import type { Problem } from '#core/problem.js';
import { accessTo } from '#domain/access-tokens/access-table.js';
import { findRotationFault } from '#domain/access-tokens/find-rotation-fault.js';
import { getAccessToken } from '#domain/access-tokens/get-access-token.js';
import { isLastAdministrator } from '#domain/access-tokens/is-last-administrator.js';
import { revokeAccessToken } from '#domain/access-tokens/revoke-access-token.js';
import { rotateAccessToken } from '#domain/access-tokens/rotate-access-token.js';
import type { AccessTokenView } from '#domain/access-tokens/access-token-view.js';
import { rotationBody } from '../../routes/access-token-schemas.js';
import { grantorOf } from '../../routes/grantor-of.js';
import type { DashboardDeps } from '../dashboard-deps.js';
import { type Confirmation, confirmPage } from '../view-models/confirm-page.js';
import { links } from '../view-models/links.js';
import { tokenShownPage } from '../view-models/token-shown-page.js';
import { done } from './done.js';
import { loadFrame } from './load-frame.js';
import type { Deed, PageRoute, Visit } from './page-route.js';

export function tokenActions(deps: DashboardDeps): PageRoute[] {
  const ask = (question: Question) => async (visit: Visit) => ({ html: await drawQuestion(deps, visit, question, '') });
  const again = (question: Question) => (deed: Deed, problem: { detail: string | undefined; title: string }) =>
    drawQuestion(deps, deed, question, problem.detail ?? problem.title);
  const one = { idOf: 'token', needsRecentSignIn: true } as const;
  const rotate = { ...one, path: '/settings/tokens/:id/rotate', access: accessTo.accessTokens.rotate } as const;
  const revoke = { ...one, path: '/settings/tokens/:id/revoke', access: accessTo.accessTokens.revoke } as const;
  return [
    { ...rotate, method: 'get', handle: ask(rotation(deps)) },
    { ...rotate, method: 'post', handle: (deed) => rotateToken(deps, deed), redraw: again(rotation(deps)) },
    { ...revoke, method: 'get', handle: ask(revocation(deps)) },
    { ...revoke, method: 'post', handle: (deed) => revokeToken(deps, deed), redraw: again(revocation(deps)) },
  ];
}

type Question = (token: AccessTokenView, visit: Visit) => Confirmation | Promise<Confirmation>;

async function drawQuestion(deps: DashboardDeps, visit: Visit, question: Question, error: string): Promise<string> {
  const token = await getAccessToken(deps, visit.tenant.id, visit.id);
  const frame = await loadFrame(deps, visit);
  return deps.renderer.render('confirm', confirmPage({ frame, question: await question(token, visit), error }));
}

const overlaps = [
  { value: '0', label: 'not at all: it ends now' },
  { value: '1', label: 'for an hour' },
  { value: '24', label: 'for a day' },
  { value: '168', label: 'for a week' },
];

function rotation(deps: DashboardDeps): Question {
  return async (token, { tenant }) => {
    const fault = await findRotationFault(deps, tenant.id, token);
    return fault ? noRotation(token, fault) : mayRotate(token);
  };
}

function noRotation({ id, name }: AccessTokenView, { code, detail, title }: Problem): Confirmation {
  const rotated = 'The one that took its place is in the list, and can be rotated in turn.';
  return {
    title: `${name} cannot be rotated`,
    lead: code === 'already-rotated' ? `${title}. ${rotated}` : (detail ?? title),
    points: [],
    field: null,
    button: '',
    isDanger: false,
    keep: 'Back to the tokens',
    hrefs: { submit: links.tokenAction(id, 'rotate'), cancel: links.settings('tokens') },
  };
}

function mayRotate({ id, name }: AccessTokenView): Confirmation {
  return {
    title: `Rotate ${name}?`,
    lead: 'You get a new token of the same name and role, shown once. The old one stays good for a while, so that those who use it can change over.',
    points: [],
    field: {
      name: 'overlapHours',
      label: 'The old one stays good',
      exactly: '',
      hint: 'A token is rotated once; the new one can be rotated in turn.',
      value: '',
      options: overlaps.map((each) => ({ ...each, isSelected: each.value === '24' })),
    },
    button: 'Rotate',
    isDanger: false,
    keep: 'Cancel',
    hrefs: { submit: links.tokenAction(id, 'rotate'), cancel: links.settings('tokens') },
  };
}

function revocation(deps: DashboardDeps): Question {
  return async ({ id, name }, { session, tenant }) => {
    const isOwn = session?.principal.id === id;
    const isLast = await isLastAdministrator(deps, tenant.id, id);
    return {
      title: `Revoke ${name}?`,
      lead: 'This cannot be undone. From the next request on:',
      points: [
        'whoever uses it is refused',
        'sessions of the dashboard that began with it end',
        ...(isOwn ? ['you are signed out, as it is the one that you came with'] : []),
        ...(isLast ? [lastAdministrator] : []),
      ],
      field: null,
      button: 'Revoke for good',
      isDanger: true,
      keep: 'Keep it',
      hrefs: { submit: links.tokenAction(id, 'revoke'), cancel: links.settings('tokens') },
    };
  };
}

const lastAdministrator =
  'no token of a platform administrator is left: tenants cannot be managed with one until the next start, where “npm start” ' +
  'without API_KEY makes another, and any other needs a new API_KEY';

async function rotateToken(deps: DashboardDeps, deed: Deed) {
  const overlapHours = rotationBody.shape.overlapHours.catch(24).parse(Number(deed.form['overlapHours'] ?? 24));
  const { name } = await getAccessToken(deps, deed.tenant.id, deed.id);
  const wanted = { id: deed.id, overlapHours };
  const { token, oldEndsAt } = await rotateAccessToken(
    { ...deps, actor: deed.actor },
    grantorOf(deed.viewer, deed.tenant),
    wanted,
  );
  const frame = await loadFrame(deps, deed);
  const model = tokenShownPage({ frame, name, token: token.reveal(), oldEndsAt });
  return { html: deps.renderer.render('token-shown', model), status: 201 };
}

async function revokeToken(deps: DashboardDeps, deed: Deed) {
  const { name } = await revokeAccessToken(
    { ...deps, actor: deed.actor },
    grantorOf(deed.viewer, deed.tenant),
    deed.id,
  );
  return done(links.settings('tokens'), `“${name}” is revoked.`);
}
