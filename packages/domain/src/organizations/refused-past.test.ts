import { afterEach, beforeEach, expect, test } from 'vitest';
import { createLogger } from '#core/logger.js';
import { withTenant } from '#db/with-tenant.js';
import { importedFigures, trueFigures } from '#testing/imported-figures.js';
import { createImportingInstallation, type ImportingInstallation } from '#testing/importing-installation.js';
import { claimImport } from './claim-import.js';
import { getImportProgress } from './get-import-progress.js';
import { getOrganization } from './get-organization.js';
import { type EndedImport, importOrganization } from './import-organization.js';
import { requestImport } from './request-import.js';
import { daysBefore, startOfUtcDay } from './utc-days.js';

const dayMs = 86_400_000;
const images = '/organization/usage/images';
/** Where the recent part of usage begins, and the first step before it; history is wanted since the 11th of October. */
const recentFrom = new Date('2026-11-13T00:00:00Z');
const stepFrom = '2026-10-13';
const historyDays = 40;
let home: ImportingInstallation;
let tenantId: string;
let id: string;
let secret: string;
/** What was logged, and from which day on the past of images was asked for. */
let logged: Record<string, unknown>[];
let asked: string[];
beforeEach(async () => {
  home = await createImportingInstallation({ historyDays });
  tenantId = home.tenant.id;
  ({ id, secret } = await home.connect('Main'));
  [logged, asked] = [[], []];
});
afterEach(() => home.close());

const refuse = (path: string, times: number) =>
  home.controls.failNext({ path, status: 400, times, before: recentFrom });

/** One import, as a worker carries it out, until nothing more of the past can be read now. */
async function run(): Promise<EndedImport | null> {
  const write = (line: string) => void logged.push(JSON.parse(line) as Record<string, unknown>);
  const deps = {
    ...home,
    logger: createLogger({ name: 'test', level: 'warn', destination: { write } }),
    fetch: async (...[url, init]: Parameters<typeof fetch>) => {
      const { pathname, searchParams } = new URL(url instanceof Request ? url.url : url);
      const isPast = pathname.endsWith(images) && searchParams.get('bucket_width') === '1d';
      if (isPast) asked.push(new Date(Number(searchParams.get('start_time')) * 1000).toISOString().slice(0, 10));
      return fetch(url, init);
    },
  };
  for (let part: 'all' | 'past' = 'all'; ; part = 'past') {
    const claim = await claimImport(home, tenantId, { organizationId: id, part });
    const ended = claim && (await importOrganization(deps, claim, new AbortController().signal));
    if (ended?.kind !== 'done' || !ended.hasMorePast) return ended;
  }
}

const progressOf = async (feed: string) =>
  (await getImportProgress(home, tenantId, id)).feeds.find((one) => one.feed === feed);

/** Rows and sums of what an import at this moment is to know, and the truth. */
async function compare() {
  const from = startOfUtcDay(daysBefore(home.clock.now(), historyDays));
  const to = new Date(startOfUtcDay(home.clock.now()).getTime() + dayMs);
  const [sums] = await withTenant(
    home.db,
    tenantId,
    (tx) => tx.$queryRaw<{ rows: string; hours: string }[]>`
      SELECT (SELECT concat(count(*), ' ', sum(requests), ' ', sum(cost_usd)) FROM reported_usage) AS rows,
        (SELECT concat(sum(records), ' ', sum(requests), ' ', sum(cost_usd)) FROM reported_hourly) AS hours`,
  );
  const stored = await importedFigures(home.db, { tenantId, organizationId: id, from });
  return { stored, truth: trueFigures(home.controls, { from, to }), sums };
}

async function expectWhole(): Promise<void> {
  const { stored, truth, sums } = await compare();
  expect(stored).toEqual(truth);
  expect(sums?.hours).toBe(sums?.rows);
  const { feeds, percent } = await getImportProgress(home, tenantId, id);
  expect(feeds.filter(({ isBackfilled, refusedAt }) => !isBackfilled || refusedAt !== null)).toEqual([]);
  expect(percent).toBe(100);
}

test('a past that OpenAI refused once is whole after “import now”, as if it had answered at once', async () => {
  refuse(images, 1);
  expect(await run()).toMatchObject({ kind: 'done' });
  expect(await progressOf('images')).toMatchObject({
    knownFrom: recentFrom,
    isBackfilled: false,
    refusedAt: home.clock.now(),
  });
  expect(await progressOf('embeddings')).toMatchObject({ isBackfilled: true, refusedAt: null });
  for (let time = 1; time <= 2; time += 1) await requestImport(home, tenantId, id);
  const requests = { where: { action: 'organization.import', subjectId: id } };
  expect(await withTenant(home.db, tenantId, (tx) => tx.auditEvent.count(requests))).toBe(1);
  expect(await progressOf('images')).toMatchObject({ isBackfilled: false, refusedAt: null });
  expect(await run()).toMatchObject({ kind: 'done' });
  await expectWhole();
});

test.each(['images', 'costs'])('a past of %s that OpenAI refused once is whole a day later', async (feed) => {
  refuse(feed === 'costs' ? '/organization/costs' : images, 1);
  expect(await run()).toMatchObject({ kind: 'done' });
  expect(await progressOf(feed)).toMatchObject({ isBackfilled: false, refusedAt: home.clock.now() });
  home.pass(dayMs);
  expect(await run()).toMatchObject({ kind: 'done' });
  await expectWhole();
});

test('a past that OpenAI always refuses fails no import, and is asked for once a day and by “import now”', async () => {
  refuse(images, Infinity);
  const firstAt = home.clock.now();
  expect(await run()).toMatchObject({ kind: 'done', hasMorePast: false });
  expect(await getOrganization(home, tenantId, id)).toMatchObject({ importErrorCode: null, importedAt: firstAt });
  expect(asked).toEqual([stepFrom]);
  home.pass(dayMs - 1);
  expect(await run()).toMatchObject({ kind: 'done', hasMorePast: false });
  expect(asked).toEqual([stepFrom]);
  expect(await progressOf('images')).toMatchObject({ isBackfilled: false, refusedAt: firstAt });
  home.pass(1);
  expect(await run()).toMatchObject({ kind: 'done', hasMorePast: false });
  expect(asked).toEqual([stepFrom, stepFrom]);
  expect(await progressOf('images')).toMatchObject({ isBackfilled: false, refusedAt: home.clock.now() });
  await requestImport(home, tenantId, id);
  await run();
  expect(asked).toEqual([stepFrom, stepFrom, stepFrom]);
});

test('a refusal of the past is logged once, with what it is of, and again when somebody asked for it', async () => {
  refuse(images, Infinity);
  await run();
  home.pass(dayMs);
  await run();
  const facts = { level: 'warn', tenantId, organizationId: id, feed: 'images', readBackTo: '2026-11-13' };
  expect(logged).toEqual([expect.objectContaining({ ...facts, reason: 'Unsupported time range.' })]);
  expect(JSON.stringify(logged)).not.toContain(secret.slice(0, 40));
  await requestImport(home, tenantId, id);
  await run();
  expect(logged).toEqual([expect.objectContaining(facts), expect.objectContaining(facts)]);
});

test('what was refused until it is longer ago than history is wanted is asked for no more', async () => {
  refuse(images, 1);
  await run();
  home.pass(33 * dayMs);
  expect(await run()).toMatchObject({ kind: 'done', hasMorePast: false });
  expect(asked).toEqual([stepFrom]);
  expect(await progressOf('images')).toMatchObject({ isBackfilled: true, refusedAt: null });
});
