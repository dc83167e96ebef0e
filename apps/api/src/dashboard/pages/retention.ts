import { Problem } from '#core/problem.js';
import { accessTo } from '#domain/access-tokens/access-table.js';
import { countExpiredRecords } from '#domain/retention/count-expired-records.js';
import { assertMayKeep, setRecordRetention } from '#domain/retention/set-record-retention.js';
import { expiredWords } from '../../routes/expired-words.js';
import type { DashboardDeps } from '../dashboard-deps.js';
import { confirmPage } from '../view-models/confirm-page.js';
import { links } from '../view-models/links.js';
import { retentionQuestion } from '../view-models/retention-question.js';
import { done } from './done.js';
import { drawSettings } from './draw-settings.js';
import { loadFrame } from './load-frame.js';
import type { Answer, Deed, PageRoute, Visit } from './page-route.js';
import { errorsOf } from './parse-fields.js';

const fieldNames = { recordDays: 'The days' };

/** How long single records are kept: what was typed under Settings becomes a question that says what goes, and then a deed. */
export function retentionPages(deps: DashboardDeps): PageRoute[] {
  const access = accessTo.ownTenant.setRetention;
  const place = { path: '/settings/retention', access, needsRecentSignIn: true } as const;
  return [
    { ...place, method: 'get', handle: (visit) => ask(deps, visit) },
    {
      ...place,
      method: 'post',
      handle: (deed) => save(deps, deed),
      redraw: (deed, problem) => redraw(deps, deed, problem),
    },
  ];
}

async function ask(deps: DashboardDeps, visit: Visit): Promise<Answer> {
  const installationDays = deps.settings.usageRetentionDays;
  try {
    const recordDays = daysOf(visit);
    assertMayKeep({ recordDays, installationDays });
    const expired = recordDays === null ? null : await countExpiredRecords(deps, visit.tenant.id, { recordDays });
    const going = expired && { since: expired.since, counts: expiredWords(expired) };
    const question = retentionQuestion({ recordDays, installationDays, going });
    const frame = await loadFrame(deps, visit);
    return { html: deps.renderer.render('confirm', confirmPage({ frame, question, error: '' })) };
  } catch (error) {
    if (!(error instanceof Problem) || error.status !== 400) throw error;
    return { html: await redraw(deps, visit, error), status: 400 };
  }
}

function redraw(deps: DashboardDeps, visit: Visit, problem: Problem): Promise<string> {
  const recordDays = visit.query['days'] ?? '';
  return drawSettings(deps, visit, { recordDays, errors: errorsOf(problem, fieldNames) });
}

async function save(deps: DashboardDeps, deed: Deed): Promise<Answer> {
  const { tenant, actor, query } = deed;
  if (query['days'] === undefined) throw new Problem('invalid-request', { detail: 'Type the days to keep.' });
  const wanted = { recordDays: daysOf(deed), installationDays: deps.settings.usageRetentionDays };
  const { recordRetentionDays } = await setRecordRetention({ ...deps, actor }, tenant.id, wanted);
  const kept = recordRetentionDays === null ? 'as in the installation' : `for ${recordRetentionDays} days`;
  return done(links.settings(), `Saved: single records are kept ${kept}.`);
}

/** What is not a number is one that nobody may keep. Nothing typed: as in the installation. */
function daysOf({ query }: Visit): number | null {
  const typed = query['days']?.trim() ?? '';
  if (typed === '') return null;
  return /^\d{1,6}$/.test(typed) ? Number(typed) : Number.NaN;
}
