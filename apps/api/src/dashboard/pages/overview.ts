import { startOfHours } from '#domain/probes/start-of-hours.js';
import { sumProbesPerHour } from '#domain/probes/sum-probes-per-hour.js';
import { countKeyHealths } from '#domain/provider-keys/count-key-healths.js';
import { failingHealths } from '#domain/provider-keys/key-health.js';
import { type FailingKey, listFailingKeys } from '#domain/provider-keys/list-failing-keys.js';
import { firstUsageDay } from '#domain/usage/first-usage-day.js';
import { spendByDay } from '#domain/usage/spend-by-day.js';
import { spendSummary } from '#domain/usage/spend-summary.js';
import type { DashboardDeps } from '../dashboard-deps.js';
import { addDays, daysBetween, localDay } from '../local-days.js';
import { type AttentionInput, overviewPage } from '../view-models/overview-page.js';
import { hoursOfProbes } from './hours-of-probes.js';
import { loadFrame } from './load-frame.js';
import type { PageRoute, Visit } from './page-route.js';

const shownHours = 24;
const shownDays = 30;
const shownFailures = 5;

export function overviewPages(deps: DashboardDeps): PageRoute[] {
  return [{ method: 'get', path: '/', access: 'viewer', handle: (visit) => showOverview(deps, visit) }];
}

/** Eight looks into the database beside those of every page. */
async function showOverview(deps: DashboardDeps, visit: Visit) {
  const { tenant } = visit;
  const now = deps.clock.now();
  const { defaultIntervalSecs } = deps.settings.policy;
  const today = localDay(now, tenant.reportingTimeZone);
  const range = { fromDay: addDays(today, 1 - shownDays), toDay: today };
  const spendBy = visit.query['by'] === 'key' ? 'key' : 'model';
  const [frame, summary, points, firstDay, counts, failing, probes] = await Promise.all([
    loadFrame(deps, visit),
    spendSummary(deps, tenant.id),
    spendByDay(deps, tenant.id, { ...range, by: spendBy }),
    firstUsageDay(deps, tenant.id),
    countKeyHealths(deps, tenant.id, { defaultIntervalSecs }),
    listFailingKeys(deps, tenant.id, { limit: shownFailures, defaultIntervalSecs }),
    sumProbesPerHour(deps, tenant.id, { from: startOfHours(now, shownHours), to: now }),
  ]);
  const model = overviewPage({
    frame,
    spendToday: summary.today,
    spendThisMonth: summary.thisMonth,
    counts,
    attention: failing.map(toAttention),
    attentionTotal: failingHealths.reduce((total, health) => total + (counts[health] ?? 0), 0),
    hours: hoursOfProbes(probes, now, shownHours),
    spendBy,
    days: daysBetween(range.fromDay, range.toDay, firstDay),
    today,
    points,
  });
  return { html: deps.renderer.render('overview', model) };
}

function toAttention({ id, label, health, healthSince, lastErrorCode }: FailingKey): AttentionInput {
  return { keyId: id, label, health, since: healthSince, errorCode: lastErrorCode };
}
