import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSimulator } from '../create-simulator.js';
import { simulatedSecret, type Behaviour } from '../simulated-key.js';

const simulator = createSimulator({ clock: { now: () => new Date('2026-11-20T10:07:00Z') } });
let baseUrl = '';

beforeAll(async () => {
  ({ baseUrl } = await simulator.listen());
});
afterAll(() => simulator.close());

const path = `/organization/costs?start_time=${Date.parse('2026-11-02T00:00:00Z') / 1000}&limit=9`;

interface Page {
  data: { results: { object: string; amount?: { value: unknown } }[] }[];
  has_more: boolean;
  next_page: string;
}

function ask(behaviour: Behaviour, rest = ''): Promise<Response> {
  const secret = simulatedSecret({ behaviour, kind: 'admin' });
  return fetch(`${baseUrl}${path}${rest}`, { headers: { authorization: `Bearer ${secret}` } });
}

async function page(behaviour: Behaviour, cursor = ''): Promise<Page> {
  const response = await ask(behaviour, cursor && `&page=${encodeURIComponent(cursor)}`);
  return (await response.json()) as Page;
}

describe('an admin key', () => {
  it('may be given the same cursor again and again', async () => {
    const first = await page('repeated-cursor');
    const second = await page('repeated-cursor', first.next_page);
    expect(second).toMatchObject({ has_more: true, next_page: first.next_page });
  });

  it('may be given new cursors without end', async () => {
    const seen = new Set<string>();
    let cursor = '';
    for (let count = 0; count < 12; count += 1) {
      const answer = await page('endless-pages', cursor);
      expect(answer.has_more).toBe(true);
      cursor = answer.next_page;
      seen.add(cursor);
    }
    expect(seen.size).toBe(12);
  });

  it('may be limited once for each request, and told how long to wait', async () => {
    const first = await ask('limited-once');
    expect([first.status, first.headers.get('retry-after')]).toEqual([429, '1']);
    expect((await ask('limited-once')).status).toBe(200);
  });

  it('may meet a 500 on the second page, once', async () => {
    const { next_page: cursor } = await page('fails-midway');
    const rest = `&page=${encodeURIComponent(cursor)}`;
    expect((await ask('fails-midway', rest)).status).toBe(500);
    expect((await ask('fails-midway', rest)).status).toBe(200);
  });

  it('may read results and amounts that nobody can know', async () => {
    const unknown = await page('unknown-results');
    expect(unknown.data[0]?.results.at(-1)?.object).toBe('organization.usage.dreams.result');
    const bad = await page('bad-amounts');
    expect(bad.data[0]?.results[0]?.amount?.value).toBe('NaN');
  });

  it('fails as often as ordered, and then no more', async () => {
    simulator.controls.failNext({ path: '/organization/costs', status: 429, times: 2, retryAfterSeconds: 30 });
    const [one, two, three] = [await ask('healthy'), await ask('healthy'), await ask('healthy')];
    expect([one.status, two.status, three.status]).toEqual([429, 429, 200]);
    expect(one.headers.get('retry-after')).toBe('30');
    simulator.controls.failNext({ path: '/organization/costs', status: 503, times: 1 });
    expect((await ask('healthy')).status).toBe(503);
  });

  it('may be refused an answer about times that are long ago, and only about them', async () => {
    const before = new Date('2026-11-02T00:00:01Z');
    simulator.controls.failNext({ path: '/organization/costs', status: 400, times: 1, before });
    const recent = path.replace(/start_time=\d+/, `start_time=${before.getTime() / 1000}`);
    const headers = { authorization: `Bearer ${simulatedSecret({ behaviour: 'healthy', kind: 'admin' })}` };
    const asked = [await fetch(`${baseUrl}${recent}`, { headers }), await ask('healthy'), await ask('healthy')];
    expect(asked.map(({ status }) => status)).toEqual([200, 400, 200]);
    expect(await asked[1]?.json()).toMatchObject({
      error: { message: 'Unsupported time range.', param: 'start_time' },
    });
  });

  it('sees time pass when it is told to', async () => {
    const today = `&page=${encodeURIComponent((await page('healthy', (await page('healthy')).next_page)).next_page)}`;
    const read = async () => ((await (await ask('healthy', today)).json()) as Page).data[0]?.results[0]?.amount?.value;
    const before = await read();
    simulator.controls.advance(6 * 3_600_000);
    expect(Number(await read())).toBeGreaterThan(Number(before));
    expect(simulator.controls.now()).toEqual(new Date('2026-11-20T16:07:00Z'));
  });
});
