import { afterAll, beforeAll, expect, test } from 'vitest';
import { formatUsd, parseUsd } from '#core/money.js';
import { withTenant } from '#db/with-tenant.js';
import { addTestOrganization } from '#testing/add-test-bill.js';
import { addTestProjects } from '#testing/add-test-projects.js';
import { createProbingInstallation, type ProbingInstallation } from '#testing/probing-installation.js';
import { readTestUsage } from '#testing/read-test-usage.js';
import { listReRatings } from '../prices/list-re-ratings.js';
import { reRateUsage } from '../prices/re-rate-usage.js';
import { requestReRating } from '../prices/request-re-rating.js';
import { expectedProbeCost } from '../probes/expected-probe-cost.js';
import { probeNow } from '../probes/probe-now.js';
import { recordUsageEvents } from '../usage-events/record-usage-events.js';

const model = 'gpt-5.4-mini';
let home: ProbingInstallation;
let regionalId: string;
let globalId: string;
beforeAll(async () => {
  home = await createProbingInstallation();
  [regionalId, globalId] = [(await home.addKey('healthy', { model })).id, (await home.addKey('healthy', { model })).id];
  await addTestProjects(home.db, home.tenant.id, await addTestOrganization(home.db, home.tenant.id), {
    seenAt: home.clock.now().toISOString(),
    projects: [
      { id: 'a', residency: 'EU_STORAGE_PROCESSING', keys: [{ id: 'key_a', providerKeyId: regionalId }] },
      { id: 'b', residency: 'GLOBAL', keys: [{ id: 'key_b', providerKeyId: globalId }] },
    ],
  });
});
afterAll(() => home.close());

const elevenTenths = (usd: string | null | undefined) => formatUsd((parseUsd(usd ?? '') * 11n) / 10n);

test('an event of a key that is known to be of a regional project costs more by the uplift', async () => {
  const usage = readTestUsage({ prompt_tokens: 1_000, completion_tokens: 100, total_tokens: 1_100 });
  const events = [regionalId, globalId, null].map((keyId, index) => ({
    idempotencyKey: `event ${index}`,
    model,
    usage,
    keyId,
  }));
  const receipts = await recordUsageEvents(home, home.tenant.id, events);
  // 1,000 × $0.75 + 100 × $4.50 per million tokens.
  expect(receipts.map(({ cost }) => cost?.costPicoUsd)).toEqual([1_320_000_000n, 1_200_000_000n, 1_200_000_000n]);
});

test('so does a probe of it, and it may', async () => {
  const probe = (providerKeyId: string) => probeNow(home, home.tenant.id, { providerKeyId, trigger: 'manual' });
  const [regional, global] = [await probe(regionalId), await probe(globalId)];
  expect(regional).toMatchObject({ outcome: 'ok', costUsd: elevenTenths(global.costUsd) });
  const key = { kind: 'project', mode: 'completion', model, at: home.clock.now() } as const;
  const expected = (isRegional: boolean) =>
    expectedProbeCost({ priceBook: home.priceBooks.base }, { ...key, isRegional }) ?? 0n;
  expect(expected(true)).toBe((expected(false) * 11n) / 10n);
});

test('rated again, they cost the same', async () => {
  const id = await requestReRating(home, home.tenant.id);
  await withTenant(home.db, home.tenant.id, (tx) => tx.$executeRaw`UPDATE usage_record SET price_version = 'former'`);
  for (const passedMs of [0, 120_000]) {
    home.clock.advance(passedMs);
    await reRateUsage(home, home.tenant.id, { id, forMs: 60_000 });
  }
  const [done] = await listReRatings(home, home.tenant.id, { limit: 1 });
  expect(done).toMatchObject({ recordsRated: 5, recordsChanged: 0, finishedAt: home.clock.now() });
});
