import { systemClock } from '#core/clock.js';
import { SecretString } from '#core/secret-string.js';
import { listProjectApiKeys } from '#openai/organization/list-project-api-keys.js';
import { listProjectRateLimits } from '#openai/organization/list-project-rate-limits.js';
import { listProjects } from '#openai/organization/list-projects.js';
import { readCosts } from '#openai/organization/read-costs.js';
import { readSpendAlerts } from '#openai/organization/read-spend-alerts.js';
import { readSpendLimit } from '#openai/organization/read-spend-limit.js';
import { readUsage } from '#openai/organization/read-usage.js';
import { usageKinds } from '#openai/organization/usage-result.js';
import { simulatedSecret } from './src/simulated-key.js';

type Judge = (label: string, response: Response) => Promise<Response>;

const range = { startAt: new Date('2026-11-02T00:00:00Z'), endAt: new Date('2026-11-09T00:00:00Z') };

/**
 * Sends what an import sends, one page of each, to a mock of OpenAI that judges every request. Returns what could not be
 * read of its examples; how many requests were judged.
 */
export async function checkReads(mockUrl: string, judge: Judge): Promise<{ violations: string[]; requests: number }> {
  const violations: string[] = [];
  let requests = 0;
  const secret = new SecretString(simulatedSecret({ behaviour: 'healthy', kind: 'admin' }));
  const connection = { secret, baseUrl: mockUrl, maxAttempts: 1 };
  const deps = (label: string) => ({
    clock: systemClock,
    fetch: (async (url, init) => {
      requests += 1;
      return judge(label, await fetch(url, init));
    }) as typeof fetch,
  });
  const attempt = async (label: string, read: () => Promise<unknown>) => {
    await read().catch((error: unknown) => violations.push(`${label}: ${String(error)}`));
  };
  for (const kind of usageKinds) {
    for (const bucketWidth of ['1d', '1h', '1m'] as const) {
      const label = `usage ${kind} ${bucketWidth}`;
      await attempt(label, async () => {
        const { value } = await readUsage(deps(label), { ...connection, ...range, kind, bucketWidth }).next();
        const [bucket] = value ?? [];
        if (bucket?.results.length !== 1) violations.push(`${label}: the example was not read`);
      });
    }
  }
  await attempt('costs', () => readCosts(deps('costs'), { ...connection, ...range }).next());
  await attempt('projects', () => listProjects(deps('projects'), connection));
  await attempt('keys', () => listProjectApiKeys(deps('keys'), connection, 'proj_abc'));
  await attempt('rate limits', () => listProjectRateLimits(deps('rate limits'), connection, 'proj_abc'));
  for (const projectId of [null, 'proj_abc']) {
    await attempt('spend limit', () => readSpendLimit(deps('spend limit'), connection, projectId));
    await attempt('spend alerts', () => readSpendAlerts(deps('spend alerts'), connection, projectId));
  }
  return { violations, requests };
}
