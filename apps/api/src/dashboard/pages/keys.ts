import { accessTo } from '#domain/access-tokens/access-table.js';
import { countKeyHealths } from '#domain/provider-keys/count-key-healths.js';
import { findProviderKeys } from '#domain/provider-keys/find-provider-keys.js';
import {
  type DisplayedHealth,
  displayedHealths,
  groupOfHealth,
  type HealthGroup,
  healthGroups,
} from '#domain/provider-keys/key-health.js';
import type { DashboardDeps } from '../dashboard-deps.js';
import { keysPage } from '../view-models/keys-page.js';
import { loadFrame } from './load-frame.js';
import { loadKeyInputs } from './load-key-inputs.js';
import type { PageRoute, Visit } from './page-route.js';

const shownKeys = 50;
const shownHours = 24;
const longestSearch = 200;

export function keysPages(deps: DashboardDeps): PageRoute[] {
  return [{ method: 'get', path: '/keys', access: accessTo.keys.read, handle: (visit) => showKeys(deps, visit) }];
}

/** Four looks into the database beside those of every page. */
async function showKeys(deps: DashboardDeps, visit: Visit) {
  const { tenant, query } = visit;
  const { defaultIntervalSecs } = deps.settings.policy;
  const q = (query['q'] ?? '').trim().slice(0, longestSearch);
  const state = healthGroups.find((group) => group === query['state']) ?? null;
  const cursor = query['cursor'] || null;
  const search = { text: q, healths: state && healthsOf(state), after: cursor ?? undefined, limit: shownKeys };
  const [frame, counts, page] = await Promise.all([
    loadFrame(deps, visit),
    countKeyHealths(deps, tenant.id, { defaultIntervalSecs }),
    findProviderKeys(deps, tenant.id, { ...search, defaultIntervalSecs }),
  ]);
  const keys = await loadKeyInputs(deps, tenant, { keys: page.items, hours: shownHours });
  const model = keysPage({ frame, keys, counts, filter: { q, state }, cursor, nextCursor: page.next });
  return { html: deps.renderer.render('keys', model) };
}

function healthsOf(group: HealthGroup): DisplayedHealth[] {
  return displayedHealths.filter((health) => groupOfHealth[health] === group);
}
