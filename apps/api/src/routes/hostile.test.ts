import * as fc from 'fast-check';
import pLimit from 'p-limit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newId } from '#core/ids.js';
import { createLogger } from '#core/logger.js';
import { issueAccessToken } from '#domain/access-tokens/issue-access-token.js';
import { simulatedSecret } from '#simulator/simulated-key.js';
import {
  arbitraryOfRoute,
  createHostileClient,
  hostileSettings,
  type HostileAnswer,
} from '#testing/hostile-requests.js';
import { startTestApi, type TestApi } from '#testing/start-test-api.js';
import { allRoutes } from './all-routes.js';

const { requests, seed } = hostileSettings();

let api: TestApi;
let client: ReturnType<typeof createHostileClient>;
const faults: string[] = [];
beforeAll(async () => {
  process.stdout.write(`hostile requests: ${requests} of each route, KEYLEDGER_HOSTILE_SEED=${seed}\n`);
  const destination = { write: (line: string) => void faults.push(line) };
  api = await startTestApi({ deps: { logger: createLogger({ name: 'test', level: 'error', destination }) } });
  client = createHostileClient(api.origin);
});
afterAll(async () => {
  client.close();
  await api.close();
});

const routes = allRoutes({} as never);
const internals = /\n\s+at |node_modules|\.[jt]s:\d+|prisma|postgres|syntax error|\bSELECT\b|\bINSERT\b|\[object /i;

/** Null for an answer as it should be, whatever was asked. */
function faultOf({ status, contentType, text }: HostileAnswer): string | null {
  if (status >= 500 || status < 200) return 'a status that no request may cause';
  if (status < 400) return null;
  if (!contentType.startsWith('application/problem+json')) return 'no problem document';
  return internals.test(text) ? 'tells of our insides' : null;
}

/** A tenant with something of each kind, for one route to be asked about; and a token that may everything. */
async function furnish(): Promise<{ token: string; ids: string[] }> {
  const tenant = await api.addTenant(`t-${newId()}`);
  const token = await api.tokenOf('platform-admin', tenant);
  const store = async (kind?: 'admin') => {
    const key = simulatedSecret({ behaviour: 'healthy', label: newId(), ...(kind && { kind }) });
    const body = { label: `key ${kind ?? 'project'}`, key, probeMode: 'off' };
    return (await api.call('POST', '/keys?probe=false', { token, body })).json.id as string;
  };
  const keys = [await store(), await store('admin')];
  const another = await api.addTenant(`t-${newId()}`);
  const spare = await issueAccessToken(api, tenant.id, { name: 'spare', role: 'viewer' });
  const { json } = await api.call('GET', '/organizations', { token });
  return { token, ids: [...keys, json.items[0].id, another.id, spare.id] };
}

test.each(routes)('$method $path answers whatever comes, and tells nothing of its insides', async (route) => {
  const { token, ids } = await furnish();
  faults.length = 0;
  const sample = fc.sample(arbitraryOfRoute(route, ids), { numRuns: requests, seed });
  const limit = pLimit(8);
  const statuses = new Set<number>();
  await Promise.all(
    sample.map((request) =>
      limit(async () => {
        const answer = await client.send(request, token);
        statuses.add(answer.status);
        const fault = faultOf(answer);
        if (fault !== null) throw new Error(`${fault}: ${JSON.stringify({ request, answer, seed, log: faults })}`);
      }),
    ),
  );
  // Were all refused at the door, nothing would have been tried.
  expect([...statuses].some((status) => status !== 401 && status !== 429)).toBe(true);
  expect(faults).toEqual([]);
});
