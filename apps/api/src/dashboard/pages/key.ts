import { z } from 'zod';
import { Problem } from '#core/problem.js';
import { accessTo } from '#domain/access-tokens/access-table.js';
import { findOrganizationOfKey } from '#domain/organizations/find-organization-of-key.js';
import { latencyPercentiles } from '#domain/probes/latency-percentiles.js';
import { listProbeFailures } from '#domain/probes/list-probe-failures.js';
import { listProbeRuns, type ProbeRunCursor, type ProbeRunView } from '#domain/probes/probe-run.js';
import { getProviderKey } from '#domain/provider-keys/get-provider-key.js';
import type { DashboardDeps } from '../dashboard-deps.js';
import { keyPage, type KeyPageInput } from '../view-models/key-page.js';
import { loadFrame } from './load-frame.js';
import { loadKeyInputs } from './load-key-inputs.js';
import type { PageRoute, Visit } from './page-route.js';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const shownHours = 48;
const shownRuns = 25;
/** Limits of OpenAI stand in its answers to model calls; among this many of the latest runs there is one. */
const runsWithHeadroom = 5;

export function keyPages(deps: DashboardDeps): PageRoute[] {
  return [{ method: 'get', path: '/keys/:id', access: accessTo.keys.read, handle: (visit) => showKey(deps, visit) }];
}

/** Six looks into the database beside those of every page, one more on later pages of runs, and one of an admin key. */
async function showKey(deps: DashboardDeps, visit: Visit) {
  const { tenant, id } = visit;
  const now = deps.clock.now().getTime();
  const cursor = visit.query['cursor'] || null;
  const before = cursor === null ? undefined : decodeCursor(cursor);
  const view = await getProviderKey(deps, tenant.id, id);
  const ofKey = { providerKeyId: id };
  const [frame, inputs, latency, failures, runs, latest, organization] = await Promise.all([
    loadFrame(deps, visit),
    loadKeyInputs(deps, tenant, { keys: [view], hours: shownHours }),
    latencyPercentiles(deps, tenant.id, { ...ofKey, from: new Date(now - dayMs) }),
    listProbeFailures(deps, tenant.id, { ...ofKey, from: new Date(now - 7 * dayMs) }),
    listProbeRuns(deps, tenant.id, { ...ofKey, before, limit: shownRuns }),
    before ? listProbeRuns(deps, tenant.id, { ...ofKey, limit: runsWithHeadroom }) : null,
    view.kind === 'admin' ? findOrganizationOfKey(deps, tenant.id, id) : null,
  ]);
  const [key] = inputs;
  if (!key) throw new Error('one key is loaded as one');
  const model = keyPage({
    frame,
    key,
    organization,
    latency,
    failures,
    headroom: headroomOf((latest ?? runs).items.slice(0, runsWithHeadroom)),
    runs: runs.items,
    cursor,
    nextCursor: runs.next && encodeCursor(runs.next),
  });
  return { html: deps.renderer.render('key', model) };
}

function headroomOf(latestRuns: readonly ProbeRunView[]): KeyPageInput['headroom'] {
  const said = latestRuns.find(({ rateLimit }) => rateLimit !== null)?.rateLimit;
  return {
    requests: toHeadroom(said?.limitRequests, said?.remainingRequests),
    tokens: toHeadroom(said?.limitTokens, said?.remainingTokens),
  };
}

function toHeadroom(limit: number | null | undefined, remaining: number | null | undefined) {
  return limit == null || remaining == null ? null : { limit, remaining };
}

function encodeCursor({ startedAt, id }: ProbeRunCursor): string {
  return `${startedAt.getTime()}.${id}`;
}

const cursorSchema = z.tuple([z.coerce.number().int().min(0).max(8.64e15), z.uuid()]);

function decodeCursor(cursor: string): ProbeRunCursor {
  const parsed = cursorSchema.safeParse(cursor.split('.'));
  if (!parsed.success) throw new Problem('invalid-request', { detail: 'This is not a page of this list.' });
  const [startedAtMs, id] = parsed.data;
  return { startedAt: new Date(startedAtMs), id };
}
