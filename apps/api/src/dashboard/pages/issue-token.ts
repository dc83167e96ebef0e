import { z } from 'zod';
import { newId } from '#core/ids.js';
import { accessTo } from '#domain/access-tokens/access-table.js';
import { grantAccessToken } from '#domain/access-tokens/grant-access-token.js';
import { platformSlug } from '#domain/tenants/tenant.js';
import { newAccessTokenBody } from '../../routes/access-token-schemas.js';
import { grantorOf } from '../../routes/grantor-of.js';
import type { DashboardDeps } from '../dashboard-deps.js';
import { issueTokenPage, lifetimes, newTokenValues, type TokenValues } from '../view-models/issue-token-page.js';
import { tokenShownPage } from '../view-models/token-shown-page.js';
import { loadFrame } from './load-frame.js';
import type { Deed, PageRoute, Visit } from './page-route.js';
import { errorsOf, parseFields } from './parse-fields.js';

const dayMs = 86_400_000;

export function issueTokenPages(deps: DashboardDeps): PageRoute[] {
  const access = accessTo.accessTokens.issue;
  const place = { path: '/settings/tokens/new', access, needsRecentSignIn: true } as const;
  return [
    {
      ...place,
      method: 'get',
      handle: async (visit) => ({
        html: await drawForm(deps, visit, { values: { ...newTokenValues, id: newId() }, errors: {} }),
      }),
    },
    {
      ...place,
      method: 'post',
      handle: (deed) => issue(deps, deed),
      redraw: (deed, problem) =>
        drawForm(deps, deed, {
          values: { ...newTokenValues, ...deed.form, id: newId() },
          errors: errorsOf(problem, { name: 'The name', role: 'The role' }),
        }),
    },
  ];
}

async function drawForm(
  deps: DashboardDeps,
  visit: Visit,
  given: { values: TokenValues; errors: Record<string, string> },
): Promise<string> {
  const frame = await loadFrame(deps, visit);
  const isPlatform = visit.tenant.slug === platformSlug;
  return deps.renderer.render('token-form', issueTokenPage({ frame, isPlatform, ...given }));
}

const form = newAccessTokenBody.pick({ name: true, role: true }).extend({
  id: z.uuid().optional(),
  lastsDays: z.enum(lifetimes.map(({ value }) => value)),
});

async function issue(deps: DashboardDeps, deed: Deed) {
  const { id, name, role, lastsDays } = parseFields(form, deed.form);
  const expiresAt = lastsDays === '' ? undefined : new Date(deps.clock.now().getTime() + Number(lastsDays) * dayMs);
  const grantor = grantorOf(deed.viewer, deed.tenant);
  const { token } = await grantAccessToken({ ...deps, actor: deed.actor }, grantor, { id, name, role, expiresAt });
  const frame = await loadFrame(deps, deed);
  const model = tokenShownPage({ frame, name, token: token.reveal(), oldEndsAt: null });
  return { html: deps.renderer.render('token-shown', model), status: 201 };
}
