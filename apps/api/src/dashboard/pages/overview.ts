import { accessTo } from '#domain/access-tokens/access-table.js';
import type { BookGroup } from '#domain/books/book.js';
import { type BookDeps, withBookSnapshot } from '#domain/books/book-snapshot.js';
import { getBalance } from '#domain/ledger/get-balance.js';
import { isTwin } from '#domain/organizations/organization.js';
import { startOfHours } from '#domain/probes/start-of-hours.js';
import { sumProbesPerHour } from '#domain/probes/sum-probes-per-hour.js';
import { failingHealths } from '#domain/provider-keys/key-health.js';
import { listFailingKeys } from '#domain/provider-keys/list-failing-keys.js';
import { readKeyStanding } from '#domain/provider-keys/read-key-standing.js';
import { readSpend } from '#domain/spend/read-spend.js';
import { readSpendDashboard } from '#domain/spend/read-spend-dashboard.js';
import { readSpendSources, type SpendSources, usualBook, zoneOf } from '#domain/spend/read-spend-sources.js';
import { resolveSpendRange } from '#domain/spend/spend-range.js';
import { shownSeries } from '../charts/series.js';
import type { DashboardDeps } from '../dashboard-deps.js';
import { type OverviewGroup, overviewGroups } from '../view-models/links.js';
import type { MoneyInput } from '../view-models/money-cards.js';
import { overviewPage } from '../view-models/overview-page.js';
import { hoursOfProbes } from './hours-of-probes.js';
import { loadFrame } from './load-frame.js';
import type { PageRoute, Visit } from './page-route.js';

const shownHours = 24;
const shownFailures = 5;
/** Each costs some questions more; with more, the page Balance lists them. */
const mostBalances = 10;

export function overviewPages(deps: DashboardDeps): PageRoute[] {
  return [{ method: 'get', path: '/', access: accessTo.usage.read, handle: (visit) => showOverview(deps, visit) }];
}

/** Four looks into the database beside those of every page, and two for each organization’s balance. */
async function showOverview(deps: DashboardDeps, visit: Visit) {
  const { tenant } = visit;
  const now = deps.clock.now();
  const { defaultIntervalSecs } = deps.settings.policy;
  const [frame, money, { counts, unanswered }, failing, probes] = await Promise.all([
    loadFrame(deps, visit),
    loadMoney(deps, visit),
    readKeyStanding(deps, tenant.id, { defaultIntervalSecs }),
    listFailingKeys(deps, tenant.id, { limit: shownFailures, defaultIntervalSecs }),
    sumProbesPerHour(deps, tenant.id, { from: startOfHours(now, shownHours), to: now }),
  ]);
  const model = overviewPage({
    frame,
    ...money,
    counts,
    unanswered,
    failing,
    failingTotal: failingHealths.reduce((total, health) => total + (counts[health] ?? 0), 0),
    hours: hoursOfProbes(probes, now, shownHours),
  });
  return { html: deps.renderer.render('overview', model) };
}

function loadMoney(deps: DashboardDeps, { tenant, query }: Visit) {
  return withBookSnapshot(deps, tenant.id, async (inSnapshot) => {
    const sources = await readSpendSources(inSnapshot, tenant.id);
    const book = usualBook(sources);
    const range = { range: 'last-30-days', now: deps.clock.now(), zone: zoneOf(book, sources) } as const;
    const { fromDay, toDay } = resolveSpendRange(range);
    const by = groupAsked(query['by'], sources);
    const wanted = { by, only: {}, before: null, named: shownSeries, detail: shownSeries };
    const [dashboard, spend, balances] = await Promise.all([
      readSpendDashboard(inSnapshot, tenant.id, { book, sources }),
      readSpend(inSnapshot, tenant.id, { ...wanted, book, fromDay, toDay, sources }),
      loadBalances(inSnapshot, tenant.id, sources),
    ]);
    return { sources, dashboard, spend, spendBy: by, today: toDay, balances };
  });
}

/** Projects first where there are any; else models. */
function groupAsked(by: string | undefined, { organizations }: SpendSources): OverviewGroup & BookGroup {
  const choices = overviewGroups.filter((group) => group !== 'project' || organizations.length > 0);
  return choices.find((group) => group === by) ?? choices[0] ?? 'model';
}

async function loadBalances(
  deps: DashboardDeps & BookDeps,
  tenantId: string,
  sources: SpendSources,
): Promise<MoneyInput['balances']> {
  const organizations = sources.organizations.filter((each) => !isTwin(each));
  if (organizations.length === 0 || organizations.length > mostBalances) return null;
  return Promise.all(
    organizations.map(async ({ id, name }) => ({
      organizationId: id,
      organization: name,
      balance: await getBalance(deps, tenantId, id),
    })),
  );
}
