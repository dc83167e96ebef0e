import { Agent } from 'node:http';
import { loadavg } from 'node:os';
import { Pool } from 'pg';
import { systemClock } from '#core/clock.js';
import { type Database, openDatabase } from '#db/database.js';
import { type OwnerConnection, withOwnerConnection } from '#db/with-owner-connection.js';
import { sumDays } from '#domain/books/sum-days.js';
import { bareKeysPage, bareUsagePage } from './bare-pages.js';
import type { Child } from './child.js';
import { openInstallation } from './installation.js';
import { type Latencies, openLoop } from './open-loop.js';
import { fetchText, startApi } from './start-api.js';
import { addMeasuredDay, type UsageData } from './usage-data.js';
import { withPostgres } from './with-postgres.js';

/**
 * `npm run bench -- api`: GET /keys of a tenant with 1,000 keys, and GET /data with a page of 100, at 200 requests a second
 * that do not wait for each other. The API is a process of its own, authentication and row-level security are on, and
 * Postgres has its default settings. Beside each in the same run: its queries alone, as the tables' owner, on as
 * many connections; and GET /ping. Ends with status 1 when the target is missed.
 */
const targetP99Ms = 30;
const load = { perSecond: 200, secs: 20 };
const shorter = { ...load, secs: 5 };
const keys = 1_000;
/** 100,000 events, as `addMeasuredDay` counts them. */
const shape = { rows: 1_000_000, days: 30, projects: 1, keys, models: 30 };

const print = (line: string) => process.stdout.write(`${line}\n`);

await withPostgres(bench);

async function bench(serverUrl: string): Promise<void> {
  const installation = await openInstallation(serverUrl);
  const dueAt = new Date(Date.now() + 864e5);
  await installation.addKeys({ tenants: 1, keysPerTenant: keys, intervalSecs: 86_400, dueAt });
  const url = installation.environment['DATABASE_URL'] ?? '';
  const db = openDatabase({ url, poolSize: 2 });
  try {
    await withOwnerConnection(url, async (owner) => {
      const tenantId = await fill({ owner, db });
      const { api, port } = await startApi(installation.environment);
      const bare = new Pool({ connectionString: url, max: 10 });
      try {
        await measure({ bare, api, port }, tenantId);
      } finally {
        await bare.end();
        await api.stop();
      }
    });
  } finally {
    await db.close();
    await installation.close();
  }
}

/** The tenant that the first token is of; a day of probes of every key, and a month of events. */
async function fill({ owner, db }: { owner: OwnerConnection; db: Database }): Promise<string> {
  const { rows } = await owner.query<{ id: string }>(`UPDATE tenant SET slug = 'default' RETURNING id`);
  const data: UsageData = { ...shape, tenantId: rows[0]?.id ?? '' };
  for (const ago of [data.days, 0, -30]) {
    await owner.query(`SELECT ensure_month_partitions((now() - make_interval(days => $1))::date)`, [ago]);
  }
  await owner.query(
    `INSERT INTO probe_hourly (tenant_id, provider_key_id, hour, outcome, runs, latency_sum_ms)
     SELECT tenant_id, id, date_trunc('hour', now()) - make_interval(hours => n), 'ok', 12, 3600
     FROM provider_key, generate_series(0, 25) n`,
  );
  for (let ago = data.days - 1; ago >= 0; ago -= 1) await addMeasuredDay(db, data, ago);
  while ((await sumDays({ db, clock: systemClock }, data.tenantId, { budgetMs: 60_000 })) > 0);
  await owner.query('VACUUM ANALYZE');
  return data.tenantId;
}

async function measure({ bare, api, port }: { bare: Pool; api: Child; port: number }, tenantId: string): Promise<void> {
  const agent = new Agent({ keepAlive: true });
  const get = async (path: string) => {
    const { status } = await fetchText(path, { port, agent });
    if (status !== 200) throw new Error(`${path} answers ${status}`);
  };
  print(`load of the machine before: ${loadavg()[0]?.toFixed(1)}`);
  print(`GET /ping                ${figures(await warmLoop(() => get('/ping')))}`);
  const pages = [
    { path: '/keys', queries: bareKeysPage(tenantId) },
    { path: '/data?limit=100', queries: bareUsagePage(tenantId) },
  ];
  for (const { path, queries } of pages) {
    const alone = await warmLoop(() => Promise.all(queries.map((query) => bare.query(query))));
    await warmUp(() => get(path));
    const { cpuMs } = await api.usage();
    const whole = await openLoop(() => get(path), load);
    const cpuPerRequest = ((await api.usage()).cpuMs - cpuMs) / (load.perSecond * load.secs);
    print(`its queries alone        ${figures(alone)}`);
    print(
      `GET ${path.padEnd(20)} ${figures(whole)}  ${cpuPerRequest.toFixed(2)} CPU ms each  ` +
        `p50 ${(whole.p50 / alone.p50).toFixed(1)} ×, p99 ${(whole.p99 / alone.p99).toFixed(1)} ×  ` +
        `target p99 < ${targetP99Ms} ms ${whole.p99 < targetP99Ms ? 'met' : 'MISSED'}`,
    );
    if (whole.p99 >= targetP99Ms) process.exitCode = 1;
  }
  agent.destroy();
}

/** Connections open, statements prepared, code compiled: what a process does in its first seconds alone is not measured. */
async function warmUp(begin: () => Promise<unknown>): Promise<void> {
  await openLoop(begin, shorter);
}

async function warmLoop(begin: () => Promise<unknown>): Promise<Latencies> {
  await warmUp(begin);
  return openLoop(begin, shorter);
}

function figures({ p50, p95, p99 }: Latencies): string {
  const ms = (value: number) => value.toFixed(1).padStart(6);
  return `p50 ${ms(p50)}  p95 ${ms(p95)}  p99 ${ms(p99)} ms`;
}
