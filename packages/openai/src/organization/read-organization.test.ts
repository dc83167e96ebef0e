import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SecretString } from '#core/secret-string.js';
import { maskSecret, simulatedSecret } from '#simulator/simulated-key.js';
import { createSimulator } from '#simulator/create-simulator.js';
import type { AdminConnection } from './admin-connection.js';
import { listProjectApiKeys } from './list-project-api-keys.js';
import { listProjectRateLimits } from './list-project-rate-limits.js';
import { listProjects } from './list-projects.js';
import { readCosts, type CostBucket } from './read-costs.js';
import { readSpendAlerts } from './read-spend-alerts.js';
import { readSpendLimit } from './read-spend-limit.js';
import { finestGrouping, readUsage, type UsageBucket } from './read-usage.js';
import { usageKinds, type UsageKind, type UsageResult } from './usage-result.js';

const clock = { now: () => new Date('2026-11-20T10:07:00Z') };
const simulator = createSimulator({ clock });
let connection: AdminConnection;

beforeAll(async () => {
  const { baseUrl } = await simulator.listen();
  connection = { secret: new SecretString(simulatedSecret({ behaviour: 'healthy', kind: 'admin' })), baseUrl };
});
afterAll(() => simulator.close());

async function collect<T>(pages: AsyncGenerator<T[]>): Promise<T[]> {
  const all: T[] = [];
  for await (const page of pages) all.push(...page);
  return all;
}

const camel = (name: string): string => name.replace(/_(\w)/g, (_match, letter: string) => letter.toUpperCase());

/** Adds up what has the same key. */
function sumBy<T>(things: readonly T[], keyOf: (thing: T) => string, figuresOf: (thing: T) => Record<string, bigint>) {
  const sums: Record<string, Record<string, bigint>> = {};
  for (const thing of things) {
    const sum = (sums[keyOf(thing)] ??= {});
    for (const [name, figure] of Object.entries(figuresOf(thing))) sum[name] = (sum[name] ?? 0n) + figure;
  }
  return sums;
}

/** A result's figures under the names of the true totals, zeros left out. */
function figuresOf({ tokens, quantity, requests }: UsageResult): Record<string, bigint> {
  const named = quantity
    ? { [quantity.unit]: quantity.count }
    : Object.fromEntries(Object.entries(tokens?.usage ?? {}).filter(([name]) => name !== 'requests'));
  return nonZero({ ...named, ...(requests !== null && { requests }) });
}

function nonZero(figures: Record<string, number>): Record<string, bigint> {
  return Object.fromEntries(
    Object.entries(figures).flatMap(([name, figure]) => (figure ? [[name, BigInt(figure)]] : [])),
  );
}

/** Results from before 2026-03-01 do not tell images from text, which cost the same. */
function imagesAsText(sums: Record<string, Record<string, bigint>>): Record<string, Record<string, bigint>> {
  const folded = Object.entries(sums).map(([key, { imageInputTokens = 0n, imageCachedInputTokens = 0n, ...sum }]) => {
    const { inputUncachedTokens = 0n, inputCachedTokens = 0n } = sum;
    const text = {
      inputUncachedTokens: inputUncachedTokens + imageInputTokens,
      inputCachedTokens: inputCachedTokens + imageCachedInputTokens,
    };
    return [key, { ...sum, ...text }] as const;
  });
  return Object.fromEntries(folded);
}

const unitOf: Partial<Record<UsageKind, string>> = {
  images: 'image',
  audio_speeches: 'character',
  audio_transcriptions: 'second',
  code_interpreter_sessions: 'session',
  file_search_calls: 'call',
  web_search_calls: 'call',
};

/** The true totals in the same form; `tokens` of kinds that only read are uncached input. */
function truth(kind: UsageKind, range: { from: Date; to: Date }): Record<string, Record<string, bigint>> {
  const groups = simulator.controls.trueTotals({ ...range, groupBy: finestGrouping[kind] }).usage[kind];
  const hasRequests = !['code_interpreter_sessions', 'file_search_calls'].includes(kind);
  return Object.fromEntries(
    groups.map(({ group, requests, counts }) => {
      const unit = unitOf[kind] ?? 'inputUncachedTokens';
      const named = kind === 'completions' ? counts : { [unit]: Object.values(counts)[0] ?? 0 };
      const key = finestGrouping[kind].map((name) => JSON.stringify(group[name] ?? null)).join(' ');
      return [key, nonZero({ ...named, ...(hasRequests && { requests }) })];
    }),
  );
}

function usageSums(kind: UsageKind, buckets: readonly UsageBucket[]) {
  const results = buckets.flatMap((bucket) => bucket.results);
  const keyOf = ({ group }: UsageResult) =>
    finestGrouping[kind].map((name) => JSON.stringify(group[camel(name) as keyof typeof group])).join(' ');
  return sumBy(results, keyOf, figuresOf);
}

describe('usage', () => {
  const flows = usageKinds.filter((kind) => kind !== 'vector_stores');
  // Over the day from which results have the newer fields, over a holiday, and up to the open day.
  const ranges = [
    { from: new Date('2026-02-20T00:00:00Z'), to: new Date('2026-03-14T00:00:00Z'), width: '1d' as const },
    { from: new Date('2025-12-24T05:30:00Z'), to: new Date('2025-12-26T11:15:00Z'), width: '1h' as const },
    { from: new Date('2026-11-17T00:00:00Z'), to: new Date('2026-11-21T00:00:00Z'), width: '1h' as const },
  ];

  it.each(flows.flatMap((kind) => ranges.map((range) => ({ kind, ...range }))))(
    'of $kind from $from in buckets of $width is read to the last count',
    async ({ kind, width, ...range }) => {
      const query = { ...connection, kind, startAt: range.from, endAt: range.to, bucketWidth: width };
      const buckets = await collect(readUsage({ clock, fetch }, query));
      const asRead = range.from < new Date('2026-03-01') ? imagesAsText : (sums: object) => sums;
      expect(asRead(usageSums(kind, buckets))).toEqual(asRead(truth(kind, range)));
      expect(buckets.flatMap((bucket) => bucket.unknownResults)).toEqual([]);
      expect(buckets.every((bucket, index) => index === 0 || bucket.startAt >= (buckets[index - 1]?.endAt ?? 0))).toBe(
        true,
      );
    },
  );

  it('of vector stores is a level, the same in every bucket of a day', async () => {
    const [startAt, endAt] = [new Date('2026-11-10T00:00:00Z'), new Date('2026-11-11T00:00:00Z')];
    const query = { ...connection, kind: 'vector_stores' as const, startAt, endAt, bucketWidth: '1h' as const };
    const buckets = await collect(readUsage({ clock, fetch }, query));
    const levels = truth('vector_stores', { from: startAt, to: endAt });
    const expected = Object.entries(levels).map(([project, { inputUncachedTokens: bytes }]) => [
      JSON.parse(project) as unknown,
      bytes,
    ]);
    expect(buckets).toHaveLength(24);
    for (const { results } of buckets) {
      const read = results.map(({ group, quantity }) => [group.projectId, BigInt(quantity?.count ?? 0)]);
      expect(read).toEqual(expected);
    }
  });

  it('that is asked for with other groups says null for the rest, and asks exactly that', async () => {
    const startAt = new Date('2026-11-10T00:00:00Z');
    const query = { ...connection, kind: 'completions' as const, startAt, bucketWidth: '1d' as const };
    const [project = ''] = simulator.controls.organization().projects.map(({ id }) => id);
    const pages = readUsage(
      { clock, fetch },
      { ...query, groupBy: ['model'], projectIds: [project], bucketsPerPage: 3 },
    );
    const [first] = (await pages.next()).value as UsageBucket[];
    expect(first?.results[0]?.group).toMatchObject({ projectId: null, apiKeyId: null, batch: null });
    const sent = new URLSearchParams(simulator.controls.requests.at(-1)?.query);
    expect([...sent.keys()].toSorted()).toEqual(['bucket_width', 'group_by[]', 'limit', 'project_ids[]', 'start_time']);
    await pages.return(undefined);
  });
});

describe('costs', () => {
  it.each([
    ['2025-12-20T00:00:00Z', '2026-01-20T00:00:00Z'],
    ['2026-07-25T13:00:00Z', '2026-08-25T00:00:00Z'],
    ['2026-11-14T00:00:00Z', '2026-11-21T00:00:00Z'],
  ])('from %s to %s are read to the last pico-USD', async (from, to) => {
    const range = { from: new Date(from), to: new Date(to) };
    const query = { ...connection, startAt: range.from, endAt: range.to };
    const buckets: CostBucket[] = await collect(readCosts({ clock, fetch }, query));
    const read = sumBy(
      buckets.flatMap((bucket) => bucket.costs),
      (cost) => `${cost.projectId} ${cost.lineItem} ${cost.apiKeyId}`,
      (cost) => ({ amount: cost.amountPicoUsd }),
    );
    const groupBy = ['project_id', 'line_item', 'api_key_id'];
    const expected = simulator.controls.trueTotals({ ...range, groupBy }).costs;
    expect(read).toEqual(
      Object.fromEntries(
        expected.map(({ group, picoUsd }) => [
          `${String(group.project_id)} ${String(group.line_item)} ${String(group.api_key_id)}`,
          { amount: picoUsd },
        ]),
      ),
    );
  });

  it('that were revised are read anew, and then say the new truth', async () => {
    const late = createSimulator({ clock });
    const { baseUrl } = await late.listen();
    const range = { from: new Date('2026-11-18T00:00:00Z'), to: new Date('2026-11-20T00:00:00Z') };
    const read = async () => {
      const query = { ...connection, baseUrl, startAt: range.from, endAt: range.to, groupBy: [] };
      const costs = (await collect(readCosts({ clock, fetch }, query))).flatMap((bucket) => bucket.costs);
      return costs.reduce((sum, cost) => sum + cost.amountPicoUsd, 0n);
    };
    const before = await read();
    expect(before).toBe(late.controls.trueTotals(range).costs[0]?.picoUsd);
    late.controls.advance(4 * 86_400_000);
    const after = await read();
    expect(after).toBe(late.controls.trueTotals(range).costs[0]?.picoUsd);
    expect(after).not.toBe(before);
    await late.close();
  });
});

describe('what stands still', () => {
  const seconds = 86_400_000;

  it('projects are all there, archived ones too', async () => {
    const { projects } = simulator.controls.organization();
    expect(await listProjects({ clock, fetch }, connection)).toEqual(
      projects.map(({ id, plan, createdDay, archivedDay }) => ({
        id,
        name: plan.name,
        isArchived: archivedDay !== null,
        createdAt: new Date(createdDay * seconds),
        archivedAt: archivedDay === null ? null : new Date(archivedDay * seconds),
        residency: plan.residency ?? 'GLOBAL',
      })),
    );
  });

  it('a residency that is new, or that OpenAI does not tell, is taken as it is', async () => {
    const project = { id: 'proj_1', name: 'one', status: 'active', created_at: 1, archived_at: null };
    const data = [{ ...project, residency: 'MARS_STORAGE_PROCESSING' }, project];
    const answering = () => Promise.resolve(Response.json({ object: 'list', data, has_more: false }));
    const projects = await listProjects({ clock, fetch: answering }, connection);
    expect(projects.map(({ residency }) => residency)).toEqual(['MARS_STORAGE_PROCESSING', null]);
  });

  it('keys are those that live, whoever owns them, with their masks', async () => {
    const { keys, projects } = simulator.controls.organization();
    const listed = (
      await Promise.all(projects.map(({ id }) => listProjectApiKeys({ clock, fetch }, connection, id)))
    ).flat();
    const living = keys.filter((key) => key.deletedDay === null && key.project.archivedDay === null);
    expect(listed.map((key) => [key.id, key.name, key.redactedValue, key.hasOwnerAccess, key.owner?.type])).toEqual(
      living.map((key) => [key.id, key.name, maskSecret(key.secret), key.isOwnerActive, key.owner.type]),
    );
    expect(listed.some((key) => !key.hasOwnerAccess)).toBe(true);
    expect(listed.filter((key) => key.lastUsedAt === null).length).toBe(
      living.filter((key) => key.idleDay === key.createdDay).length,
    );
  });

  it('limits and alerts are in pico-USD; none set is null', async () => {
    expect(await readSpendLimit({ clock, fetch }, connection, null)).toEqual({
      thresholdPicoUsd: 20_000n * 10n ** 12n,
      interval: 'month',
      isEnforcing: true,
    });
    const { projects } = simulator.controls.organization();
    const limits = await Promise.all(projects.map(({ id }) => readSpendLimit({ clock, fetch }, connection, id)));
    expect(limits).toContain(null);
    expect(limits.find((limit) => limit !== null)?.thresholdPicoUsd).toBe(2_500n * 10n ** 12n);
    const alerts = await readSpendAlerts({ clock, fetch }, connection, null);
    expect(alerts.map((alert) => alert.thresholdPicoUsd / 10n ** 12n)).toEqual([5_000n, 10_000n, 15_000n]);
    expect(await readSpendAlerts({ clock, fetch }, connection, projects[1]?.id ?? '')).toHaveLength(1);
  });

  it('rate limits are there for every model', async () => {
    const limits = await listProjectRateLimits(
      { clock, fetch },
      connection,
      simulator.controls.organization().projects[0]?.id ?? '',
    );
    expect(limits.length).toBeGreaterThan(30);
    expect(limits.find(({ model }) => model === 'gpt-4o')).toMatchObject({
      requestsPerMinute: 10_000,
      imagesPerMinute: null,
    });
  });
});
