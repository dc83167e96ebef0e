import { z } from 'zod';
import { accessTo } from '#domain/access-tokens/access-table.js';
import { grantAccessToken } from '#domain/access-tokens/grant-access-token.js';
import { listAccessTokens } from '#domain/access-tokens/list-access-tokens.js';
import { platformSlug } from '#domain/tenants/tenant.js';
import { isId } from '#core/ids.js';
import { newAccessTokenBody } from '../../routes/access-token-schemas.js';
import { grantorOf } from '../../routes/grantor-of.js';
import type { DashboardDeps } from '../dashboard-deps.js';
import { tokenShownPage } from '../view-models/token-shown-page.js';
import { lifetimes, newTokenValues, tokensPage, type TokenValues } from '../view-models/tokens-page.js';
import { loadFrame } from './load-frame.js';
import type { Deed, PageRoute, Visit } from './page-route.js';
import { errorsOf, parseFields } from './parse-fields.js';

const path = '/settings/tokens';
const shownTokens = 50;
const dayMs = 86_400_000;

export function tokensPages(deps: DashboardDeps): PageRoute[] {
  return [
    {
      method: 'get',
      path,
      access: accessTo.accessTokens.read,
      handle: async (visit) => ({ html: await drawTokens(deps, visit, { values: newTokenValues, errors: {} }) }),
    },
    {
      method: 'post',
      path,
      access: accessTo.accessTokens.issue,
      handle: (deed) => issue(deps, deed),
      redraw: (deed, problem) =>
        drawTokens(deps, deed, {
          values: { ...newTokenValues, ...deed.form },
          errors: errorsOf(problem, { name: 'The name', role: 'The role' }),
        }),
    },
  ];
}

async function drawTokens(
  deps: DashboardDeps,
  visit: Visit,
  given: { values: TokenValues; errors: Record<string, string> },
): Promise<string> {
  const { tenant, query, session } = visit;
  const after = query['cursor'] && isId(query['cursor']) ? query['cursor'] : undefined;
  const [frame, { items, next }] = await Promise.all([
    loadFrame(deps, visit),
    listAccessTokens(deps, tenant.id, { after, limit: shownTokens }),
  ]);
  const model = tokensPage({
    frame,
    tokens: items,
    ownTokenId: session?.principal.id ?? '',
    isPlatform: tenant.slug === platformSlug,
    nextCursor: next,
    ...given,
  });
  return deps.renderer.render('tokens', model);
}

const form = newAccessTokenBody.pick({ name: true, role: true }).extend({
  lastsDays: z.enum(lifetimes.map(({ value }) => value)),
});

async function issue(deps: DashboardDeps, deed: Deed) {
  const { name, role, lastsDays } = parseFields(form, deed.form);
  const expiresAt = lastsDays === '' ? undefined : new Date(deps.clock.now().getTime() + Number(lastsDays) * dayMs);
  const grantor = grantorOf(deed.viewer, deed.tenant);
  const { token } = await grantAccessToken({ ...deps, actor: deed.actor }, grantor, { name, role, expiresAt });
  const frame = await loadFrame(deps, deed);
  const model = tokenShownPage({ frame, name, token: token.reveal(), oldEndsAt: null });
  return { html: deps.renderer.render('token-shown', model), status: 201 };
}
