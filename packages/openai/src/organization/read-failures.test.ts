import { inspect } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SecretString } from '#core/secret-string.js';
import { createSimulator } from '#simulator/create-simulator.js';
import { maskSecret, simulatedSecret, type Behaviour, type KeyKind } from '#simulator/simulated-key.js';
import { eventually } from '#testing/eventually.js';
import type { AdminReadDeps } from './admin-connection.js';
import { listProjects } from './list-projects.js';
import { OrganizationReadError } from './organization-read-error.js';
import { readCosts, type CostBucket } from './read-costs.js';
import { readUsage, type UsageBucket } from './read-usage.js';

const now = new Date('2026-11-20T10:07:00Z');
const clock = { now: () => now };
const simulator = createSimulator({ clock });
let baseUrl = '';

beforeAll(async () => {
  ({ baseUrl } = await simulator.listen());
});
afterAll(() => simulator.close());

/** Deps that wait for nothing and remember for how long they should have. */
function patient(): AdminReadDeps & { waitedMs: number[] } {
  const waitedMs: number[] = [];
  return { clock, fetch, random: () => 1, waitedMs, sleep: async (durationMs) => void waitedMs.push(durationMs) };
}

const range = { startAt: new Date('2026-11-01T00:00:00Z'), endAt: new Date('2026-11-20T00:00:00Z') };
const connect = (behaviour: Behaviour, label = '', kind: KeyKind = 'admin') => ({
  secret: new SecretString(simulatedSecret({ behaviour, kind, label })),
  baseUrl,
});

async function costsOf(deps: AdminReadDeps, behaviour: Behaviour, more: object = {}): Promise<bigint> {
  let sum = 0n;
  for await (const page of readCosts(deps, {
    ...connect(behaviour),
    ...range,
    groupBy: [],
    bucketsPerPage: 4,
    ...more,
  })) {
    for (const cost of page.flatMap((bucket: CostBucket) => bucket.costs)) sum += cost.amountPicoUsd;
  }
  return sum;
}

async function failureOf(work: Promise<unknown>): Promise<OrganizationReadError> {
  const error: unknown = await work.then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(OrganizationReadError);
  return error as OrganizationReadError;
}

describe('trouble that passes', () => {
  const truth = () => simulator.controls.trueTotals({ from: range.startAt, to: range.endAt }).costs[0]?.picoUsd;

  it('loses nothing: a rate limit on every page is waited for as told', async () => {
    const deps = patient();
    expect(await costsOf(deps, 'limited-once')).toBe(truth());
    expect(deps.waitedMs).toEqual([1000, 1000, 1000, 1000, 1000]);
  });

  it('loses nothing: a 500 on every later page is tried again', async () => {
    const deps = patient();
    expect(await costsOf(deps, 'fails-midway')).toBe(truth());
    expect(deps.waitedMs).toEqual([500, 500, 500, 500]);
  });

  it('is met with longer and longer pauses, and after five attempts given up', async () => {
    simulator.controls.failNext({ path: '/organization/costs', status: 503, times: 5 });
    const deps = patient();
    const error = await failureOf(costsOf(deps, 'healthy'));
    expect(error).toMatchObject({ code: 'unavailable', outcome: 'provider-error', httpStatus: 503 });
    expect(deps.waitedMs).toEqual([500, 1000, 2000, 4000]);
    expect(await costsOf(deps, 'healthy')).toBe(truth());
  });

  it('is not waited for beyond a minute at a time, and the wish is passed on', async () => {
    simulator.controls.failNext({ path: '/organization/costs', status: 429, times: 2, retryAfterSeconds: 7200 });
    const deps = patient();
    const error = await failureOf(costsOf(deps, 'healthy', { maxAttempts: 2 }));
    expect(error).toMatchObject({ code: 'unavailable', outcome: 'rate-limited', retryAfterMs: 7_200_000 });
    expect(deps.waitedMs).toEqual([60_000]);
  });

  it.each(['hang', 'slow-body', 'disconnect', 'garbage', 'broken-json'] as const)(
    'such as %s ends in a typed error',
    async (behaviour) => {
      const error = await failureOf(costsOf(patient(), behaviour, { deadlineMs: 400, maxAttempts: 2 }));
      expect(error.code).toBe('unavailable');
      expect(simulator.controls.countFor(connect(behaviour).secret.reveal())).toBe(2);
    },
  );
});

describe('trouble that stays', () => {
  it.each([
    ['invalid', 'admin', 'invalid-key', 401],
    ['deactivated', 'admin', 'account-deactivated', 401],
    ['missing-scope-403', 'admin', 'missing-scope', 403],
    ['healthy', 'project', 'missing-scope', 403],
  ] as const)('such as a key that is %s (%s) is not tried twice', async (behaviour, kind, outcome, httpStatus) => {
    const deps = patient();
    const connection = connect(behaviour, 'stays', kind);
    const error = await failureOf(listProjects(deps, connection));
    expect(error).toMatchObject({ code: 'refused', outcome, httpStatus });
    expect(simulator.controls.countFor(connection.secret.reveal())).toBe(1);
    expect(deps.waitedMs).toEqual([]);
  });

  it('such as an exhausted quota is not tried twice, though it is a 429', async () => {
    let count = 0;
    const body = {
      error: { message: 'No credit.', type: 'insufficient_quota', param: null, code: 'insufficient_quota' },
    };
    const fetch = async () => {
      count += 1;
      return Response.json(body, { status: 429 });
    };
    const error = await failureOf(listProjects({ ...patient(), fetch }, connect('healthy')));
    expect([error.code, error.outcome, count]).toEqual(['refused', 'quota-exhausted', 1]);
  });

  it('such as a key that cannot stand in a header sends nothing', async () => {
    const connection = { secret: new SecretString('sk-admin-“curly”'), baseUrl: 'http://127.0.0.1:1/v1' };
    expect(await failureOf(listProjects(patient(), connection))).toMatchObject({
      code: 'refused',
      outcome: 'invalid-key',
    });
  });

  it('such as an amount that is no number stops the reading', async () => {
    expect((await failureOf(costsOf(patient(), 'bad-amounts'))).code).toBe('unreadable-amount');
  });

  it.each([
    ['no list', { object: 'page' }],
    ['more without a cursor', { object: 'page', data: [], has_more: true, next_page: null }],
    ['a bucket without times', { object: 'page', data: [{ results: [] }], has_more: false, next_page: null }],
    ['a list instead', []],
  ])('such as an answer of %s stops the reading', async (_what, body) => {
    const fetch = async () => Response.json(body);
    expect((await failureOf(costsOf({ ...patient(), fetch }, 'healthy'))).code).toBe('unreadable-answer');
  });

  it('such as a page over 16 MiB is named, and not tried twice', async () => {
    let count = 0;
    const fetch = async () => {
      count += 1;
      return new Response('x'.repeat(17 * 1024 * 1024), { headers: { 'content-type': 'application/json' } });
    };
    expect((await failureOf(costsOf({ ...patient(), fetch }, 'healthy'))).code).toBe('answer-too-large');
    expect(count).toBe(1);
  });
});

describe('paging', () => {
  it('ends where a page names itself as the next', async () => {
    expect((await failureOf(costsOf(patient(), 'repeated-cursor'))).code).toBe('repeated-cursor');
    expect((await failureOf(listProjects(patient(), connect('repeated-cursor')))).code).toBe('repeated-cursor');
  });

  it.each([1, 2, 25])('ends after %i pages when they have no end', async (maxPages) => {
    const secret = connect('endless-pages').secret.reveal();
    const before = simulator.controls.countFor(secret);
    expect((await failureOf(costsOf(patient(), 'endless-pages', { maxPages }))).code).toBe('too-many-pages');
    expect(simulator.controls.countFor(secret) - before).toBe(maxPages);
  });

  it('ends without being told how many pages there may be, soon after all that the range can have', async () => {
    const secret = connect('endless-pages', 'untold').secret.reveal();
    const hours = { startAt: new Date('2026-11-18T00:00:00Z'), endAt: range.endAt };
    const usage = { ...connect('endless-pages', 'untold'), ...hours, kind: 'images', bucketWidth: '1h' } as const;
    const readAll = async () => {
      for await (const _ of readUsage(patient(), { ...usage, bucketsPerPage: 1 }));
    };
    expect((await failureOf(readAll())).code).toBe('too-many-pages');
    expect(simulator.controls.countFor(secret)).toBe(48 + 10);
    const costs = { ...hours, ...connect('endless-pages', 'untold'), bucketsPerPage: 1 };
    expect((await failureOf(costsOf(patient(), 'endless-pages', costs))).code).toBe('too-many-pages');
    expect(simulator.controls.countFor(secret)).toBe(48 + 10 + 2 + 10);
  });

  it('may take as many pages as there are, and not one less', async () => {
    expect(await costsOf(patient(), 'healthy', { maxPages: 5 })).toBeGreaterThan(0n);
    expect((await failureOf(costsOf(patient(), 'healthy', { maxPages: 4 }))).code).toBe('too-many-pages');
  });

  it('hands out a complete page before it asks for the next', async () => {
    const pages = readUsage(patient(), { ...connect('healthy'), ...range, kind: 'embeddings', bucketWidth: '1d' });
    const { value } = await pages.next();
    expect((value as UsageBucket[]).at(-1)?.endAt).toEqual(new Date('2026-11-08T00:00:00Z'));
    simulator.controls.failNext({ path: '/organization/usage/embeddings', status: 500, times: 5 });
    expect((await failureOf(pages.next())).code).toBe('unavailable');
  });

  it('keeps results of kinds that nobody knew when this was written', async () => {
    const pages = readUsage(patient(), { ...connect('unknown-results'), ...range, kind: 'images', bucketWidth: '1d' });
    const [first] = (await pages.next()).value as UsageBucket[];
    expect(first?.unknownResults).toEqual([
      { object: 'organization.usage.dreams.result', raw: expect.objectContaining({ num_dreams: 7 }) as unknown },
    ]);
    await pages.return(undefined);
  });
});

describe('an abort', () => {
  it('ends a request and a pause at once, with its own reason', async () => {
    const reason = new Error('the worker stops');
    const controller = new AbortController();
    const [hang, limit] = [connect('hang', 'abort'), connect('limited-once', 'abort')];
    const ended = Promise.allSettled([
      costsOf({ clock, fetch }, 'hang', { ...hang, signal: controller.signal }),
      listProjects({ clock, fetch }, { ...limit, signal: controller.signal }),
    ]);
    const isAsked = ({ secret }: typeof hang) => simulator.controls.countFor(secret.reveal()) > 0;
    await eventually('both are under way', () => isAsked(hang) && isAsked(limit));
    controller.abort(reason);
    expect(await ended).toEqual([reason, reason].map((each) => ({ status: 'rejected', reason: each })));
    await expect(costsOf({ clock, fetch }, 'healthy', { signal: controller.signal })).rejects.toBe(reason);
  });
});

describe('a secret', () => {
  const behaviours = [
    'invalid',
    'missing-scope',
    'session-only',
    'garbage',
    'disconnect',
    'bad-amounts',
    'repeated-cursor',
  ] as const;

  it.each(behaviours)('is in no error of a key that is %s, nor is its mask', async (behaviour) => {
    const { secret } = connect(behaviour, 'CANARY7');
    const error = await failureOf(costsOf(patient(), behaviour, { secret, maxAttempts: 1 }));
    const shown = [
      error.message,
      error.stack,
      JSON.stringify(error),
      inspect(error, { depth: 9, showHidden: true }),
    ].join();
    expect(shown).not.toContain('CANARY7');
    expect(shown).not.toContain(maskSecret(secret.reveal()).slice(-12));
    expect(error.cause).toBeUndefined();
  });

  it('is in no error of a fetch that quotes the headers it was given', async () => {
    const { secret } = connect('healthy', 'CANARY8');
    const fetch = async (_url: unknown, init?: RequestInit) => {
      throw new TypeError(`cannot send ${JSON.stringify(init?.headers)}`);
    };
    const error = await failureOf(costsOf({ ...patient(), fetch }, 'healthy', { secret, maxAttempts: 1 }));
    expect(error.code).toBe('unavailable');
    expect(inspect(error, { depth: 9, showHidden: true })).not.toContain('CANARY8');
  });
});
