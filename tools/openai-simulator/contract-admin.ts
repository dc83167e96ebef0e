import type { SimulatorControls } from './src/create-simulator.js';
import { usageEndpoints } from './src/organization/usage-endpoints.js';
import { usageKinds } from './src/organization/usage-leaf.js';
import { simulatedSecret, type Behaviour } from './src/simulated-key.js';

const start = Date.UTC(2026, 10, 2) / 1000;

/** What an admin key may ask: every endpoint, every grouping, both styles of array. */
function validPaths(controls: SimulatorControls): string[] {
  const project = controls.organization().projects[0]?.id ?? '';
  const usage = usageKinds.flatMap((kind) => {
    const path = `/organization/usage/${kind}?start_time=${start}`;
    const { groupBy } = usageEndpoints[kind];
    return ['group_by', 'group_by[]'].flatMap((name) => {
      const groups = groupBy.map((dimension) => `${name}=${dimension}`).join('&');
      return [`${path}&${groups}`, `${path}&${groups}&bucket_width=1h&limit=3`, path];
    });
  });
  return [
    ...usage,
    `/organization/usage/completions?start_time=${start - 300 * 86_400}&batch=false&models=gpt-4o-2024-08-06`,
    `/organization/costs?start_time=${start}&limit=180&group_by=project_id&group_by=line_item&group_by=api_key_id`,
    `/organization/costs?start_time=${start}&group_by[]=user_id&group_by[]=api_source`,
    `/organization/costs?start_time=${start - 320 * 86_400}&limit=20`,
    '/organization/projects?include_archived=true&limit=100',
    '/organization/projects?limit=1',
    '/organization/users?limit=2',
    '/organization/spend_limit',
    '/organization/spend_alerts?order=desc&limit=2',
    ...['api_keys?owner_project_access=any&limit=100', 'api_keys', 'rate_limits?limit=5', 'spend_alerts'].map(
      (rest) => `/organization/projects/${project}/${rest}`,
    ),
    ...controls.organization().projects.map(({ id }) => `/organization/projects/${id}/spend_limit`),
    '/organization/projects/proj_none/api_keys',
  ];
}

/** What breaks the published description: the simulator has to refuse each, and so does the judge. */
const invalidPaths = [
  '/organization/usage/completions',
  `/organization/usage/completions?start_time=x`,
  `/organization/usage/completions?start_time=${start}&group_by=nope`,
  `/organization/usage/completions?start_time=${start}&group_by[]=line_item`,
  `/organization/usage/completions?start_time=${start}&bucket_width=1w`,
  `/organization/usage/images?start_time=${start}&sizes=1x1`,
  `/organization/usage/completions?start_time=${start}&limit=0`,
  `/organization/costs?start_time=${start}&limit=181`,
  `/organization/costs?start_time=${start}&bucket_width=1h`,
  `/organization/costs?start_time=${start}&group_by=project_id,line_item`,
  '/organization/projects?limit=101',
  '/organization/projects?limit=0',
  '/organization/spend_alerts?order=up',
];

/** Asks everything through the proxy; returns what was violated. */
export async function checkAdminContract(proxied: string, controls: SimulatorControls): Promise<string[]> {
  const ask = async (path: string, behaviour: Behaviour = 'healthy') => {
    const authorization = `Bearer ${simulatedSecret({ behaviour, kind: 'admin' })}`;
    const response = await fetch(`${proxied}${path}`, { headers: { authorization } });
    await response.arrayBuffer();
    return { path, status: response.status, found: response.headers.get('sl-violations') };
  };
  const violations: string[] = [];
  for (const path of validPaths(controls)) {
    const { status, found } = await ask(path);
    if (found !== null || (status !== 200 && status !== 404)) violations.push(`${path}: HTTP ${status} ${found ?? ''}`);
  }
  for (const path of invalidPaths) {
    const { status, found } = await ask(path);
    if (status !== 400 || found?.includes('"request"') !== true) {
      violations.push(`${path}: HTTP ${status}, and the judge says ${found ?? 'nothing'}`);
    }
    if (found?.includes('"response"') === true) violations.push(`${path}: refused in another form: ${found}`);
  }
  // A judge that finds nothing wrong in results of no known kind proves nothing.
  const nonsense = await ask(`/organization/usage/completions?start_time=${start}`, 'unknown-results');
  if (nonsense.found === null) violations.push('Prism let results pass that are of no known kind');
  return violations;
}
