import { assert, integer, property, uniqueArray } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildPriceBook } from '#pricing/build-price-book.js';
import { costOf } from '#pricing/cost-of.js';
import { openAiPriceSheet } from '#pricing/openai-prices.js';
import { emptyUsage } from '#pricing/usage.js';
import { answerUsage } from './answer-usage.js';
import { billingTerms } from './billing-terms.js';
import { createOrganizationBook } from './organization-book.js';
import { trueTotals } from './true-totals.js';
import { tokenParts, usageKinds } from './usage-leaf.js';

const view = createOrganizationBook({ seed: 1 }).get(1);
const at = (text: string): number => Date.parse(text) / 1000;
const nowSeconds = at('2026-11-20T10:07:00Z');
const total = (from: number, to: number, groupBy: string[] = []) =>
  trueTotals(view, { from: new Date(from * 1000), to: new Date(to * 1000), groupBy, nowSeconds });

/** Every flow of a range in one row; stored bytes are a level, whose cost flows. */
function flows(from: number, to: number): bigint[] {
  const { usage, costs } = total(from, to);
  const counted = usageKinds
    .filter((kind) => kind !== 'vector_stores')
    .flatMap((kind) => {
      const [sum] = usage[kind];
      const width = kind === 'completions' ? tokenParts.length : 1;
      return [sum?.requests ?? 0, ...Object.values(sum?.counts ?? Array.from({ length: width }, () => 0))];
    });
  return [...counted.map(BigInt), costs[0]?.picoUsd ?? 0n];
}

describe('figures', () => {
  it('of a range are the sum of its parts, wherever it is cut', () => {
    const [from, to] = [at('2026-11-15T00:00:00Z'), at('2026-11-21T00:00:00Z')];
    const whole = flows(from, to);
    const cuts = uniqueArray(integer({ min: from + 1, max: to - 1 }), { minLength: 1, maxLength: 5 });
    assert(
      property(cuts, (inner) => {
        const edges = [from, ...inner.sort((a, b) => a - b), to];
        const parts = edges.slice(1).map((end, index) => flows(edges[index] ?? from, end));
        const sum = whole.map((_each, index) => parts.reduce((all, part) => all + (part[index] ?? 0n), 0n));
        expect(sum).toEqual(whole);
      }),
      { numRuns: 30 },
    );
  });

  it.each(['1d', '1h', '1m'])('on the wire in buckets of %s sum to the true totals', (width) => {
    const [from, to] = [at('2026-11-18T09:20:30Z'), at('2026-11-19T21:00:00Z')];
    const query = `start_time=${from}&end_time=${to}&bucket_width=${width}&group_by=model`;
    const results: Record<string, unknown>[] = [];
    let page = '';
    do {
      const given = new URLSearchParams(`${query}${page && `&page=${encodeURIComponent(page)}`}`);
      const body = answerUsage(view, { kind: 'completions', given, nowSeconds }).body as {
        data: { results: Record<string, unknown>[] }[];
        next_page: string | null;
      };
      results.push(...body.data.flatMap((bucket) => bucket.results));
      page = body.next_page ?? '';
    } while (page !== '');
    for (const { group, requests, counts } of total(from, to, ['model']).usage.completions) {
      const ofModel = results.filter((result) => result.model === group.model);
      const sum = (field: string) => ofModel.reduce((all, result) => all + Number(result[field]), 0);
      const input = tokenParts.slice(0, 8).reduce((all, part) => all + (counts[part] ?? 0), 0);
      expect([sum('num_model_requests'), sum('input_tokens')]).toEqual([requests, input]);
      const parts = ['input_uncached_tokens', 'input_cached_tokens', 'input_cache_write_tokens'];
      expect(parts.reduce((all, field) => all + sum(field), 0)).toBe(input);
    }
  });

  it('of 31 days by every dimension take less than 50 ms to put together', () => {
    const groups = ['project_id', 'user_id', 'api_key_id', 'model', 'batch', 'service_tier'];
    const given = new URLSearchParams(groups.map((name) => `group_by=${name}`).join('&'));
    given.set('start_time', String(at('2026-10-01T00:00:00Z')));
    given.set('limit', '31');
    // Time of the processor, and the best of some tries: what else the machine does is not measured here.
    const tries = Array.from({ length: 8 }, () => {
      const before = process.cpuUsage();
      answerUsage(view, { kind: 'completions', given, nowSeconds });
      const { user, system } = process.cpuUsage(before);
      return (user + system) / 1000;
    });
    expect(Math.min(...tries)).toBeLessThan(50);
  });

  it('are the same for the same seed, others for another', () => {
    const range = { from: new Date('2026-10-01'), to: new Date('2026-10-08'), nowSeconds };
    const again = createOrganizationBook({ seed: 1 }).get(1);
    expect(trueTotals(again, range)).toEqual(trueTotals(view, range));
    expect(again.organization).toEqual(view.organization);
    expect(trueTotals(createOrganizationBook({ seed: 2 }).get(1), range)).not.toEqual(trueTotals(view, range));
  });

  it('of the newest three days are put right as time passes, and then stay', () => {
    const day = { from: new Date('2026-11-19'), to: new Date('2026-11-20') };
    const asSeen = (text: string) => trueTotals(view, { ...day, nowSeconds: at(text) });
    const [early, later, settled, muchLater] = [
      '2026-11-20T06:00Z',
      '2026-11-21T12:00Z',
      '2026-11-23T00:01Z',
      '2027-02-01T00:00Z',
    ].map(asSeen);
    expect(later).not.toEqual(early);
    expect(settled).not.toEqual(later);
    expect(muchLater).toEqual(settled);
  });

  it('of the open day grow, and never reach beyond now', () => {
    const today = { from: new Date('2026-11-20'), to: new Date('2026-11-21') };
    const requests = (text: string) =>
      trueTotals(view, { ...today, nowSeconds: at(text) }).usage.completions[0]?.requests ?? 0;
    expect(requests('2026-11-20T00:05Z')).toBe(0);
    expect(requests('2026-11-20T12:00Z')).toBeGreaterThan(requests('2026-11-20T08:00Z'));
  });

  it('are there for every project and for every key that was ever used, and for no other', () => {
    const { projects, keys } = view.organization;
    const groups = total(at('2025-10-01T00:00:00Z'), nowSeconds, ['project_id', 'api_key_id']).usage.completions;
    expect(new Set(groups.map(({ group }) => group.project_id))).toEqual(new Set(projects.map(({ id }) => id)));
    const used = keys.filter((key) => key.idleDay > key.createdDay).map(({ id }) => id);
    expect(new Set(groups.map(({ group }) => group.api_key_id))).toEqual(new Set([...used, null]));
    expect(keys.every((key) => key.createdDay < (key.deletedDay ?? Infinity) && key.createdDay <= key.idleDay)).toBe(
      true,
    );
  });

  it('fall on weekends where people work in an office', () => {
    const project = view.organization.projects.find(({ plan }) => plan.name === 'Developer tools')?.id;
    const requests = (day: string) => {
      const from = at(`${day}T00:00:00Z`);
      return total(from, from + 86_400, ['project_id']).usage.completions.find(
        ({ group }) => group.project_id === project,
      )?.requests;
    };
    expect(requests('2026-11-08')).toBeLessThan((requests('2026-11-10') ?? 0) / 3);
  });
});

describe('bills', () => {
  const book = buildPriceBook(openAiPriceSheet);
  const day = at('2026-11-10T00:00:00Z');
  const regional = view.organization.projects.find(({ plan }) => plan.residency === 'EU_STORAGE_PROCESSING');

  it('are what the price book says of the usage, but for the terms that are stated', () => {
    const { usage, costs } = total(day, day + 86_400, ['project_id', 'model', 'service_tier', 'line_item']);
    const billed = (model: string) =>
      costs
        .filter(({ group }) => String(group.line_item).startsWith(`${model}, `))
        .reduce((sum, line) => sum + line.picoUsd, 0n);
    const models = new Set(usage.completions.map(({ group }) => String(group.model)));
    expect(models).toContain(billingTerms.negotiated.model);
    expect(models).toContain(billingTerms.unlisted.model);
    const listPrice = (model: string) =>
      usage.completions
        .filter(({ group }) => group.model === model)
        .map(({ group, counts }) => {
          const isRegional = group.project_id === regional?.id;
          const query = { model, serviceTier: String(group.service_tier), at: new Date(day * 1000), isRegional };
          return costOf(book, { ...query, usage: { ...emptyUsage, ...counts, requests: 2 } }).costPicoUsd;
        })
        .reduce<bigint | null>((sum, cost) => (sum === null || cost === null ? null : sum + cost), 0n);
    const { negotiated, unlisted } = billingTerms;
    const plain = [...models].filter((model) => model !== negotiated.model && model !== unlisted.model);
    expect(plain.map((model) => [model, billed(model)])).toEqual(plain.map((model) => [model, listPrice(model)]));
    expect(billed(negotiated.model)).toBe(((listPrice(negotiated.model) ?? 0n) * negotiated.percentOfList) / 100n);
    expect(listPrice(unlisted.model)).toBeNull();
    expect(billed(unlisted.model)).toBeGreaterThan(0n);
  });

  it('are a tenth higher for what a project used in its region', () => {
    const { usage, costs } = total(day, day + 86_400, ['project_id', 'model', 'line_item']);
    const model = 'gpt-6-luna';
    const [used, ...others] = usage.completions.filter(({ group }) => group.model === model);
    expect(others).toEqual([]);
    expect(used?.group.project_id).toBe(regional?.id);
    const output = costs.find(({ group }) => group.line_item === `${model}, output_tokens`);
    expect(output?.picoUsd).toBe(BigInt(used?.counts['outputTokens'] ?? 0) * 550_000n);
  });

  it('hold lines for tools and storage, which have no model', () => {
    const lines = total(day, day + 86_400, ['line_item']).costs;
    const line = (name: string) => lines.find(({ group }) => group.line_item === name);
    expect(line('Web search tool calls')).toMatchObject({ unit: null });
    expect(line('Vector store storage')).toMatchObject({ unit: 'gibibyte_hours' });
    const calls = BigInt(line('Web search tool calls')?.quantity ?? 0);
    expect(line('Web search tool calls')?.picoUsd).toBe(calls * 10_000_000_000n);
  });

  it('come later than usage, so an open day does not agree with them', () => {
    const noon = at('2026-11-20T02:00:00Z');
    const today = trueTotals(view, { from: new Date('2026-11-20'), to: new Date('2026-11-21'), nowSeconds: noon });
    expect(today.usage.completions.length).toBe(1);
    expect(today.costs).toEqual([]);
  });

  it('go back four hundred days, over every kind of usage', () => {
    const { usage } = total(at('2025-10-16T00:00:00Z'), at('2025-10-18T00:00:00Z'));
    expect(usage.completions[0]?.requests).toBeGreaterThan(0);
    const recent = total(day, day + 86_400).usage;
    expect(usageKinds.filter((kind) => recent[kind].length === 0)).toEqual([]);
  });
});
