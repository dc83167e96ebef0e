import { afterAll, beforeAll, expect, test } from 'vitest';
import { formatUsd, parseUsd } from '#core/money.js';
import { withOwnerConnection } from '#db/with-owner-connection.js';
import { withTenant } from '#db/with-tenant.js';
import type { ProbeFinding } from '#openai/probe-finding.js';
import { costOf } from '#pricing/cost-of.js';
import { emptyUsage } from '#pricing/usage.js';
import { createProbingInstallation, type ProbingInstallation } from '#testing/probing-installation.js';
import { untilSomebodyWaits } from '#testing/until-somebody-waits.js';
import { deleteProviderKey } from '../provider-keys/delete-provider-key.js';
import { getProviderKey } from '../provider-keys/get-provider-key.js';
import { replaceProviderSecret } from '../provider-keys/replace-provider-secret.js';
import { sumUsage } from '../usage/sum-usage.js';
import { type BegunProbe, beginClaimedProbes } from './begin-claimed-probes.js';
import { claimProbe } from './claim-probe.js';
import { createProbeRecorder } from './create-probe-recorder.js';
import { listProbeRuns } from './probe-run.js';
import { type EndedProbe, recordProbeRuns } from './record-probe-runs.js';
import { unscopedReclaimExpiredProbes } from './unscoped-reclaim-expired-probes.js';
import { sumProbesPerHour } from './sum-probes-per-hour.js';

let home: ProbingInstallation;
let tenantId: string;
beforeAll(async () => {
  home = await createProbingInstallation();
  tenantId = home.tenant.id;
});
afterAll(() => home.close());

const record = (...ended: EndedProbe[]) =>
  recordProbeRuns({ db: home.db, policy: home.settings.policy }, tenantId, ended);
const addKeyId = async () => (await home.addKey('healthy')).id;

async function begin(providerKeyId: string): Promise<BegunProbe> {
  const runId = await claimProbe(home, tenantId, { providerKeyId, trigger: 'manual' });
  const [probe] = await beginClaimedProbes(home, tenantId, { runIds: [runId ?? ''], leaseMs: 40_000 });
  if (!probe) throw new Error('the probe was not begun');
  return probe;
}

/** An answer of gpt-4o-mini that used 8 tokens of input and 1 of output, unless changed. */
function ended(probe: BegunProbe, changes: Partial<ProbeFinding> = {}): EndedProbe {
  const finding: ProbeFinding = {
    outcome: 'ok',
    httpStatus: 200,
    errorCode: null,
    errorMessage: null,
    latencyMs: 100,
    requestId: 'req_1',
    rateLimit: null,
    model: 'gpt-4o-mini-2024-07-18',
    serviceTier: 'default',
    usage: { ...emptyUsage, requests: 1, inputUncachedTokens: 8, outputTokens: 1 },
    usageBasis: 'exact',
    ...changes,
  };
  const startedAt = home.clock.now();
  const { model, serviceTier, usage } = finding;
  const cost =
    usage && costOf(home.priceBooks.base, { model: model ?? probe.model, serviceTier, usage, at: startedAt });
  return { probe, modeUsed: 'completion', startedAt, finding, cost };
}

const refused = { outcome: 'invalid-key', httpStatus: 401, usage: null, model: null, serviceTier: null } as const;

/** Everything that recording wrote about one key, read from each table on its own. */
const written = (providerKeyId: string) =>
  withTenant(home.db, tenantId, async (tx) => {
    const where = { where: { providerKeyId } };
    return {
      runs: await tx.probeRun.count(where),
      records: (await tx.usageRecord.findMany(where)).map(({ costUsd }) => costUsd?.toFixed(12) ?? null),
      hours: (await tx.usageHourly.findMany(where)).map((row) => [row.records, row.requests, row.costUsd.toFixed(12)]),
      probeHours: (await tx.probeHourly.findMany(where)).map((row) => [row.outcome, row.runs, row.latencySumMs]),
      claims: await tx.probeClaim.count(where),
    };
  });

// 8 × $0.15 + 1 × $0.60 per million tokens.
const cost = '0.000001800000';
const writtenOnce = {
  runs: 1,
  records: [cost],
  hours: [[1n, 1n, cost]],
  probeHours: [['ok', 1, 100n]],
  claims: 0,
};

test('a run is written with its usage and both sums, ends its claim, and moves the key’s health', async () => {
  const id = await addKeyId();
  const probe = await begin(id);
  expect(await record(ended(probe))).toEqual([{ runId: probe.runId, health: 'healthy' }]);
  expect(await written(id)).toEqual(writtenOnce);
  const now = home.clock.now();
  expect(await getProviderKey(home, tenantId, id)).toMatchObject({
    health: 'healthy',
    healthAt: now,
    lastOkAt: now,
    lastProbeAt: now,
    lastOutcome: 'ok',
    lastHttpStatus: 200,
    lastLatencyMs: 100,
    lastRequestId: 'req_1',
    nextProbeAt: new Date(now.getTime() + 300_000),
  });
});

test('recording a run again, later or at the same moment, changes nothing', async () => {
  const id = await addKeyId();
  const probe = await begin(id);
  const results = await Promise.all([1, 2, 3].map(() => record(ended(probe))));
  expect(results.flat()).toHaveLength(1);
  home.clock.advance(1);
  expect(await record(ended(probe, refused))).toEqual([]);
  expect(await written(id)).toEqual(writtenOnce);
  expect((await getProviderKey(home, tenantId, id)).health).toBe('healthy');
});

test('a result and a sweep that meet at one key wait for each other in one order', async () => {
  const id = await addKeyId();
  const probe = await begin(id);
  await withOwnerConnection(home.url, async (owner) => {
    // What a sweep does that began before the key was claimed: the key first, and then its claim.
    await owner.query('BEGIN');
    await owner.query('SELECT FROM provider_key WHERE id = $1 FOR NO KEY UPDATE', [id]);
    const recorded = record(ended(probe));
    await untilSomebodyWaits(home.db);
    const swept = await owner.query(
      `INSERT INTO probe_claim (tenant_id, run_id, provider_key_id, trigger, claimed_at, lease_expires_at)
       VALUES ($1, gen_random_uuid(), $2, 'schedule', now(), now()) ON CONFLICT (tenant_id, provider_key_id) DO NOTHING`,
      [tenantId, id],
    );
    expect(swept.rowCount).toBe(0);
    await owner.query('COMMIT');
    expect(await recorded).toHaveLength(1);
  });
  expect(await written(id)).toEqual(writtenOnce);
});

test('of two attempts at one run that end in one batch, one counts', async () => {
  const id = await addKeyId();
  const probe = await begin(id);
  home.clock.advance(40_000);
  await unscopedReclaimExpiredProbes(home, { limit: 10 });
  const [again] = await beginClaimedProbes(home, tenantId, { runIds: [probe.runId], leaseMs: 40_000 });
  if (!again) throw new Error('the second attempt was not begun');
  expect(await record(ended(probe), ended(again, { latencyMs: 5 }))).toHaveLength(1);
  expect(await written(id)).toEqual(writtenOnce);
});

test('a result whose claim is gone changes nothing', async () => {
  const id = await addKeyId();
  const probe = await begin(id);
  const before = await getProviderKey(home, tenantId, id);
  await withTenant(home.db, tenantId, (tx) => tx.probeClaim.deleteMany({ where: { providerKeyId: id } }));
  expect(await record(ended(probe, refused))).toEqual([]);
  expect(await written(id)).toEqual({ runs: 0, records: [], hours: [], probeHours: [], claims: 0 });
  expect(await getProviderKey(home, tenantId, id)).toEqual(before);
});

test('one that no longer counts does not keep the others of its batch from counting', async () => {
  const [gone, stays] = [await begin(await addKeyId()), await begin(await addKeyId())];
  await withTenant(home.db, tenantId, (tx) => tx.probeClaim.deleteMany({ where: { runId: gone.runId } }));
  expect(await record(ended(gone), ended(stays))).toEqual([{ runId: stays.runId, health: 'healthy' }]);
});

test('a secret that was replaced meanwhile is not judged by what its predecessor met, and the cost is kept', async () => {
  const { id } = await home.addKey('healthy');
  const probe = await begin(id);
  await replaceProviderSecret(home, tenantId, id, `sk-proj-${'replaced0'.repeat(6)}`);
  const before = await getProviderKey(home, tenantId, id);
  await record(ended(probe, { ...refused, usage: { ...emptyUsage, requests: 1, inputUncachedTokens: 12 } }));
  expect(await getProviderKey(home, tenantId, id)).toEqual(before);
  expect(await written(id)).toMatchObject({ runs: 1, records: ['0.000001800000'], claims: 0 });
});

test('a key that was deleted meanwhile still gets its cost recorded, and stays deleted', async () => {
  const id = await addKeyId();
  const probe = await begin(id);
  await deleteProviderKey(home, tenantId, id);
  await record(ended(probe));
  expect(await written(id)).toEqual(writtenOnce);
  await expect(getProviderKey(home, tenantId, id)).rejects.toMatchObject({ code: 'not-found' });
});

test('what consumed nothing leaves a run without usage', async () => {
  const id = await addKeyId();
  await record(ended(await begin(id), refused));
  expect(await written(id)).toMatchObject({ runs: 1, records: [], hours: [] });
  const { items } = await listProbeRuns(home, tenantId, { providerKeyId: id, limit: 1 });
  expect(items[0]).toMatchObject({ outcome: 'invalid-key', costUsd: null, costBasis: null });
});

test('a model without a price leaves usage of unknown cost, counted as such and never as zero', async () => {
  const id = await addKeyId();
  await record(ended(await begin(id), { model: 'nobody-knows-1' }));
  const { items } = await listProbeRuns(home, tenantId, { providerKeyId: id, limit: 1 });
  expect(items[0]).toMatchObject({ costUsd: null, costBasis: 'unpriced', costReason: 'unknown-model' });
  expect(await sumUsage(home, tenantId, { keyId: id })).toMatchObject({ requests: 1, unpricedRequests: 1, cost: 0n });
});

test('text that Postgres cannot hold costs its odd characters, not the batch', async () => {
  const ids = [await addKeyId(), await addKeyId()];
  const [odd, plain] = [await begin(ids[0] ?? ''), await begin(ids[1] ?? '')];
  const errorMessage = 'nul \u0000, half a pair \ud83d';
  const counted = await record(ended(odd, { ...refused, errorMessage, requestId: '\udc00' }), ended(plain));
  expect(counted).toHaveLength(2);
  expect((await getProviderKey(home, tenantId, ids[0] ?? '')).lastErrorMessage).toBe('nul , half a pair \ufffd');
});

test('over keys, hours, outcomes and batches at once, the sums are exactly those of the records', async () => {
  const before = await sumUsage(home, tenantId, {});
  const ids = await Promise.all(Array.from({ length: 6 }, addKeyId));
  const recorder = createProbeRecorder({ db: home.db, policy: home.settings.policy });
  let expected = 0n;
  for (let round = 0; round < 6; round += 1) {
    const probes = await Promise.all(ids.map(begin));
    const results = probes.map((probe, index) => {
      const usage = { ...emptyUsage, requests: 1, inputUncachedTokens: 7 + index * 13 + round, outputTokens: round };
      const isPriced = (index + round) % 4 !== 0;
      return ended(probe, { usage, latencyMs: index, ...(!isPriced && { model: 'nobody-knows-1' }) });
    });
    expected += results.reduce((sum, { cost }) => sum + (cost?.costPicoUsd ?? 0n), 0n);
    expect(await Promise.all(results.map(recorder.record))).not.toContain(null);
    home.clock.advance(25 * 60_000);
  }
  const after = await sumUsage(home, tenantId, {});
  expect(after.cost - before.cost).toBe(expected);
  expect(after.requests - before.requests).toBe(36);

  const [sums] = await withTenant(
    home.db,
    tenantId,
    (tx) => tx.$queryRaw<{ records: string; hours: string; counts: bigint[]; hourCounts: bigint[] }[]>`
      SELECT (SELECT sum(cost_usd)::text FROM usage_record) AS records, (SELECT sum(cost_usd)::text FROM usage_hourly) AS hours,
        (SELECT ARRAY[count(*), sum(input_uncached_tokens), sum(output_tokens),
                      sum(requests) FILTER (WHERE cost_usd IS NULL)]::bigint[] FROM usage_record) AS counts,
        (SELECT ARRAY[sum(records), sum(input_tokens), sum(output_tokens), sum(unpriced_requests)]::bigint[]
         FROM usage_hourly) AS "hourCounts"`,
  );
  expect(sums?.hours).toBe(sums?.records);
  expect(sums?.hourCounts).toEqual(sums?.counts);
  expect(formatUsd(parseUsd(sums?.hours ?? ''))).toBe(formatUsd(after.cost));

  const hours = await sumProbesPerHour(home, tenantId, { from: new Date(0), to: new Date('2100-01-01') });
  const runs = await withTenant(home.db, tenantId, (tx) => tx.probeRun.findMany({ select: { latencyMs: true } }));
  expect(hours.reduce((sum, hour) => sum + hour.runs, 0)).toBe(runs.length);
  expect(hours.reduce((sum, hour) => sum + hour.latencySumMs, 0)).toBe(
    runs.reduce((sum, { latencyMs }) => sum + latencyMs, 0),
  );
});

test('bad news that is not yet believed is looked at again soon; what is believed waits the interval', async () => {
  const id = await addKeyId();
  const next = async (finding: Partial<ProbeFinding>) => {
    await record(ended(await begin(id), finding));
    const { health, consecutiveFailures, nextProbeAt } = await getProviderKey(home, tenantId, id);
    return [health, consecutiveFailures, nextProbeAt.getTime() - home.clock.now().getTime()];
  };
  expect(await next({})).toEqual(['healthy', 0, 300_000]);
  expect(await next(refused)).toEqual(['healthy', 1, 30_000]);
  expect(await next({ ...refused, outcome: 'timeout' })).toEqual(['healthy', 1, 30_000]);
  expect(await next(refused)).toEqual(['healthy', 2, 30_000]);
  expect(await next({ ...refused, outcome: 'rate-limited' })).toEqual(['healthy', 1, 30_000]);
  expect(await next(refused)).toEqual(['healthy', 1, 30_000]);
  expect(await next(refused)).toEqual(['healthy', 2, 30_000]);
  expect(await next(refused)).toEqual(['dead', 3, 300_000]);
  expect(await next(refused)).toEqual(['dead', 4, 600_000]);
  expect(await next({})).toEqual(['healthy', 0, 300_000]);
});
