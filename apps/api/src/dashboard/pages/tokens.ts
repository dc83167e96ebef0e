import { accessTo } from '#domain/access-tokens/access-table.js';
import { listAccessTokens } from '#domain/access-tokens/list-access-tokens.js';
import { isId } from '#core/ids.js';
import type { DashboardDeps } from '../dashboard-deps.js';
import { tokensPage } from '../view-models/tokens-page.js';
import { loadFrame } from './load-frame.js';
import type { PageRoute, Visit } from './page-route.js';

const shownTokens = 50;

export function tokensPages(deps: DashboardDeps): PageRoute[] {
  return [
    {
      method: 'get',
      path: '/settings/tokens',
      access: accessTo.accessTokens.read,
      handle: async (visit) => ({ html: await drawTokens(deps, visit) }),
    },
  ];
}

async function drawTokens(deps: DashboardDeps, visit: Visit): Promise<string> {
  const { tenant, query, session } = visit;
  const after = query['cursor'] && isId(query['cursor']) ? query['cursor'] : undefined;
  const [frame, { items, next }] = await Promise.all([
    loadFrame(deps, visit),
    listAccessTokens(deps, tenant.id, { after, limit: shownTokens }),
  ]);
  const ownTokenId = session?.principal.id ?? '';
  return deps.renderer.render('tokens', tokensPage({ frame, tokens: items, ownTokenId, nextCursor: next }));
}
