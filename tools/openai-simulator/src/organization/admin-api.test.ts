import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSimulator } from '../create-simulator.js';
import { catalog } from '../model-catalog.js';
import { simulatedSecret } from '../simulated-key.js';
import { usageEndpoints } from './usage-endpoints.js';
import { usageKinds } from './usage-leaf.js';

const clock = { now: () => new Date('2026-11-20T10:07:00Z') };
const simulator = createSimulator({ clock });
let baseUrl = '';

beforeAll(async () => {
  ({ baseUrl } = await simulator.listen());
});
afterAll(() => simulator.close());

const admin = simulatedSecret({ behaviour: 'healthy', kind: 'admin' });

interface Body {
  object: string;
  data: {
    id: string;
    start_time: number;
    end_time: number;
    results: Record<string, unknown>[];
    [field: string]: unknown;
  }[];
  has_more: boolean;
  next_page: string | null;
  first_id: string | null;
  last_id: string | null;
  error: { message: string; param: string | null; code: string | null };
}

async function get(path: string, secret = admin): Promise<{ status: number; body: Body }> {
  const response = await fetch(`${baseUrl}${path}`, { headers: { authorization: `Bearer ${secret}` } });
  return { status: response.status, body: (await response.json()) as Body };
}

const seconds = (text: string): number => Date.parse(text) / 1000;
const start = seconds('2026-11-02T00:00:00Z');
const usage = '/organization/usage/completions';
const costs = '/organization/costs';

describe('parameters', () => {
  it.each([
    [`${usage}?start_time=${start}&limit=31`, 200],
    [`${usage}?start_time=${start}&limit=1`, 200],
    [`${usage}?start_time=${start}&bucket_width=1h&limit=168`, 200],
    [`${usage}?start_time=${start}&bucket_width=1m&limit=1440&models=none`, 200],
    [`${costs}?start_time=${start}&limit=180`, 200],
    [`${costs}?start_time=${start}&bucket_width=1d&limit=1`, 200],
    ['/organization/projects?limit=100&include_archived=true', 200],
    ['/organization/projects?limit=1', 200],
    ['/organization/users?emails=ada.marsh@northwind.example', 200],
    ['/organization/spend_alerts?limit=1&order=desc', 200],
    ['/organization/spend_limit', 200],
  ])('at their limits are taken: %s', async (path, status) => {
    expect((await get(path)).status).toBe(status);
  });

  it.each([
    [usage, 'start_time', 'missing_required_parameter'],
    [costs, 'start_time', 'missing_required_parameter'],
    [`${usage}?start_time=soon`, 'start_time', 'invalid_type'],
    [`${usage}?start_time=1.5`, 'start_time', 'invalid_type'],
    [`${usage}?start_time=-1`, 'start_time', 'integer_below_min_value'],
    [`${usage}?start_time=${start}&start_time=${start}`, 'start_time', 'invalid_type'],
    [`${usage}?start_time=${start}&end_time=${start}`, 'end_time', 'invalid_value'],
    [`${usage}?start_time=${start}&limit=0`, 'limit', 'integer_below_min_value'],
    [`${usage}?start_time=${start}&limit=32`, 'limit', 'integer_above_max_value'],
    [`${usage}?start_time=${start}&bucket_width=1h&limit=169`, 'limit', 'integer_above_max_value'],
    [`${usage}?start_time=${start}&bucket_width=1m&limit=1441`, 'limit', 'integer_above_max_value'],
    [`${usage}?start_time=${start}&bucket_width=1w`, 'bucket_width', 'invalid_value'],
    [`${usage}?start_time=${start}&group_by=model,batch`, 'group_by', 'invalid_value'],
    [`${usage}?start_time=${start}&group_by[]=line_item`, 'group_by', 'invalid_value'],
    [`${usage}?start_time=${start}&batch=yes`, 'batch', 'invalid_type'],
    [`${usage}?start_time=${start}&page=page_AAAA`, 'page', null],
    [`${usage}?start_time=${start}&modles=gpt-4o`, 'modles', 'unknown_parameter'],
    [`${costs}?start_time=${start}&limit=181`, 'limit', 'integer_above_max_value'],
    [`${costs}?start_time=${start}&bucket_width=1h`, 'bucket_width', 'invalid_value'],
    [`${costs}?start_time=${start}&group_by=model`, 'group_by', 'invalid_value'],
    [
      `${costs}?start_time=${start}&group_by=user_id&group_by=project_id`,
      'group_by',
      'unsupported_parameter_combination',
    ],
    [`/organization/usage/images?start_time=${start}&sizes=1x1`, 'sizes', 'invalid_value'],
    [`/organization/usage/vector_stores?start_time=${start}&models=m`, 'models', 'unknown_parameter'],
    ['/organization/projects?limit=101', 'limit', 'integer_above_max_value'],
    ['/organization/projects?after=proj_none', 'after', 'invalid_value'],
    ['/organization/projects?include_archived=1', 'include_archived', 'invalid_type'],
  ])('that OpenAI refuses are refused: %s', async (path, param, code) => {
    const { status, body } = await get(path);
    expect({ status, param: body.error.param, code: body.error.code }).toEqual({ status: 400, param, code });
  });

  it.each([...usageKinds])('of usage/%s group by everything it names, in both styles of array', async (kind) => {
    const { groupBy } = usageEndpoints[kind];
    const plain = groupBy.map((name) => `group_by=${name}`).join('&');
    const bracketed = groupBy.map((name) => `group_by[]=${name}`).join('&');
    const path = `/organization/usage/${kind}?start_time=${start}&limit=2`;
    const { status, body } = await get(`${path}&${plain}`);
    expect(status).toBe(200);
    expect(body.data[0]?.results.length).toBeGreaterThan(0);
    expect((await get(`${path}&${bracketed}`)).body.data).toEqual(body.data);
  });
});

describe('buckets', () => {
  it('begin at the start asked for, end at midnight UTC, and are cut at the end asked for', async () => {
    const [from, to] = [seconds('2026-11-01T17:31:00Z'), seconds('2026-11-03T06:00:00Z')];
    const { body } = await get(`${usage}?start_time=${from}&end_time=${to}`);
    expect(body.data.map((bucket) => [bucket.start_time, bucket.end_time])).toEqual([
      [from, seconds('2026-11-02T00:00:00Z')],
      [seconds('2026-11-02T00:00:00Z'), seconds('2026-11-03T00:00:00Z')],
      [seconds('2026-11-03T00:00:00Z'), to],
    ]);
    expect(body).toMatchObject({ object: 'page', has_more: false, next_page: null });
  });

  it.each([
    ['1d', 7],
    ['1h', 24],
    ['1m', 60],
  ])('of %s are %i when nobody says how many', async (width, count) => {
    const { body } = await get(`${usage}?start_time=${start}&bucket_width=${width}`);
    expect(body.data).toHaveLength(count);
    expect(body).toMatchObject({
      has_more: true,
      next_page: expect.stringMatching(/^page_[A-Za-z0-9+/]+=*$/) as string,
    });
  });

  it('of days without use are there, and empty', async () => {
    const { body } = await get(`${costs}?start_time=${seconds('2025-12-24T00:00:00Z')}&limit=3`);
    expect(body.data.map((bucket) => bucket.results.length)).toEqual([1, 0, 1]);
    const before = await get(`${usage}?start_time=${seconds('2020-01-01T00:00:00Z')}&limit=1`);
    expect(before.body.data[0]?.results).toEqual([]);
  });

  it('follow each other from page to page, each once', async () => {
    const path = `${usage}?start_time=${start}&limit=4&group_by=model`;
    const starts: number[] = [];
    let page: string | null = '';
    while (page !== null) {
      const { body } = await get(`${path}${page && `&page=${encodeURIComponent(page)}`}`);
      starts.push(...body.data.map((bucket) => bucket.start_time));
      expect(body.has_more).toBe(body.next_page !== null);
      page = body.next_page;
    }
    expect(starts).toEqual(Array.from({ length: 19 }, (_each, day) => start + day * 86_400));
  });

  it('are not paged by the cursor of another question', async () => {
    const { body } = await get(`${usage}?start_time=${start}&limit=2`);
    const page = encodeURIComponent(body.next_page ?? '');
    expect((await get(`${usage}?start_time=${start}&limit=2&page=${page}`)).status).toBe(200);
    expect((await get(`${usage}?start_time=${start}&limit=2&group_by=model&page=${page}`)).status).toBe(400);
  });

  it('hold null for what was not grouped by, and only what the filters let through', async () => {
    const { body } = await get(`${usage}?start_time=${start}&limit=1&group_by=model&batch=true`);
    const results = body.data[0]?.results ?? [];
    expect(results.map((result) => result.model)).toContain('gpt-4.1-2025-04-14');
    expect(results.every((result) => result.project_id === null && result.batch === null)).toBe(true);
    const other = await get(`${usage}?start_time=${start}&limit=1&group_by=service_tier&batch=true`);
    expect(other.body.data[0]?.results.map((result) => result.service_tier)).toEqual(['batch']);
  });

  it('lack the newer fields where they are old', async () => {
    const old = await get(`${usage}?start_time=${seconds('2025-11-10T00:00:00Z')}&limit=1`);
    expect(Object.keys(old.body.data[0]?.results[0] ?? {})).not.toContain('input_uncached_tokens');
    const recent = await get(`${usage}?start_time=${start}&limit=1`);
    expect(recent.body.data[0]?.results[0]).toHaveProperty('input_cache_write_12h_tokens');
  });

  it('give amounts as numbers, as numeric strings, and as strings with a tail of zeros', async () => {
    const { body } = await get(`${costs}?start_time=${start}&group_by=line_item`);
    const values = body.data.flatMap((bucket) =>
      bucket.results.map((line) => (line.amount as { value: unknown }).value),
    );
    expect(values.some((value) => typeof value === 'number')).toBe(true);
    expect(values.some((value) => typeof value === 'string' && !value.endsWith('00000'))).toBe(true);
    expect(values.some((value) => typeof value === 'string' && value.endsWith('00000'))).toBe(true);
  });
});

describe('lists', () => {
  it('leave out archived projects unless asked, and are paged by the last id', async () => {
    const active = await get('/organization/projects?limit=100');
    const all = await get('/organization/projects?limit=100&include_archived=true');
    expect([active.body.data.length, all.body.data.length]).toEqual([10, 12]);
    const first = await get('/organization/projects?limit=7');
    expect(first.body).toMatchObject({
      has_more: true,
      first_id: first.body.data[0]?.id,
      last_id: first.body.data[6]?.id,
    });
    const rest = await get(`/organization/projects?limit=7&after=${first.body.last_id}`);
    expect(rest.body.has_more).toBe(false);
    expect([...first.body.data, ...rest.body.data]).toEqual(active.body.data);
  });

  it('show keys without owner access only when asked, and deleted ones never', async () => {
    const { keys, projects } = simulator.controls.organization();
    const listed = async (access: string) => {
      const pages = await Promise.all(
        projects.map(({ id }) => get(`/organization/projects/${id}/api_keys?limit=100${access}`)),
      );
      return pages.flatMap(({ body }) => body.data);
    };
    const any = await listed('&owner_project_access=any');
    const usual = await listed('');
    const inactive = await listed('&owner_project_access=inactive');
    expect(keys.length).toBe(40);
    expect(any.length).toBeLessThan(keys.length - 2);
    expect(inactive.length).toBeGreaterThan(0);
    expect(usual.length + inactive.length).toBe(any.length);
    expect(any.some((key) => key.last_used_at === null)).toBe(true);
    const deleted = keys.filter((key) => key.deletedDay !== null).map((key) => key.id);
    expect(any.some((key) => deleted.includes(key.id))).toBe(false);
    const { body } = await get(`${usage}?start_time=${seconds('2026-03-01T00:00:00Z')}&group_by=api_key_id`);
    const used = body.data.flatMap((bucket) => bucket.results.map((result) => result.api_key_id));
    expect(used.some((id) => deleted.includes(String(id)))).toBe(true);
  });

  it('show the mask of a key that the simulator itself takes, until it is deleted', async () => {
    const key = simulator.controls.organization().keys[0];
    const { body } = await get(`/organization/projects/${key?.project.id}/api_keys`);
    expect(String(body.data[0]?.redacted_value)).toMatch(/^sk-svcacct-\*{152}\w{4}$/);
    expect((await get('/models', key?.secret)).status).toBe(200);
    const deleted = simulator.controls.organization().keys.find(({ deletedDay }) => deletedDay !== null);
    expect((await get('/models', deleted?.secret)).status).toBe(401);
  });

  it('of rate limits hold every model on one page, and go on after or back before any of them', async () => {
    const path = `/organization/projects/${simulator.controls.organization().projects[0]?.id}/rate_limits`;
    const { data, has_more: hasMore } = (await get(path)).body;
    expect([data.length, hasMore]).toEqual([catalog.length, false]);
    const next = await get(`${path}?after=${data[3]?.id}&limit=2`);
    expect([next.body.data, next.body.has_more]).toEqual([data.slice(4, 6), true]);
    const back = await get(`${path}?before=${data[3]?.id}&limit=2`);
    expect([back.body.data, back.body.has_more]).toEqual([data.slice(1, 3), true]);
  });

  it('of a project that is none answer 404, as does a limit that nobody set', async () => {
    expect((await get('/organization/projects/proj_none/api_keys')).status).toBe(404);
    const statuses = await Promise.all(
      simulator.controls.organization().projects.map(async ({ id }) => {
        return (await get(`/organization/projects/${id}/spend_limit`)).status;
      }),
    );
    expect(new Set(statuses)).toEqual(new Set([200, 404]));
  });
});

describe('keys', () => {
  it('of projects read nothing of this, and are told the scope they lack', async () => {
    const { status, body } = await get(`${usage}?start_time=${start}`, simulatedSecret({ behaviour: 'healthy' }));
    expect(status).toBe(403);
    expect(body.error.message).toContain('Missing scopes: api.usage.read');
  });

  it('of different organizations read different ones', async () => {
    const second = simulatedSecret({ behaviour: 'healthy', kind: 'admin', organization: 2 });
    const [one, two] = await Promise.all([get('/organization/projects'), get('/organization/projects', second)]);
    expect(two.body.data[0]?.id).toBe(simulator.controls.organization(2).projects[0]?.id);
    expect(two.body.data[0]?.id).not.toBe(one.body.data[0]?.id);
  });
});
