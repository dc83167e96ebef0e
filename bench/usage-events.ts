import { randomUUID } from 'node:crypto';
import { Agent, request } from 'node:http';
import { type OwnerConnection, withOwnerConnection } from '#db/with-owner-connection.js';
import { openInstallation } from './installation.js';
import { startApi, token } from './start-api.js';
import { withPostgres } from './with-postgres.js';

/**
 * Usage events through HTTP: batches of 1,000 from a few clients at once, against the API in a process of its own on a
 * real Postgres with its default durability, all on this machine with the clients. Beside it in the same run, in turns: a
 * bare `COPY` of equally many of the very same rows into the same table. Ends with status 1 when the target is missed.
 */
const targetPerSecond = 20_000;
const clients = 4;
const eventsPerBatch = 1_000;
const batchesPerRound = 60;
const rounds = 5;
const eventsPerRound = batchesPerRound * eventsPerBatch;

const models = ['gpt-4o-mini-2024-07-18', 'gpt-4o-2024-08-06', 'gpt-4.1-2025-04-14', 'o4-mini-2025-04-16'];
/** The tenant that `addKeys` made. */
const headers = { 'x-api-key': token, 'x-tenant': 't0', 'content-type': 'application/json' };

await withPostgres(bench);

async function bench(serverUrl: string): Promise<void> {
  const installation = await openInstallation(serverUrl);
  await installation.addKeys({ tenants: 1, keysPerTenant: 8, intervalSecs: 3600, dueAt: new Date() });
  const { api, port } = await startApi(installation.environment);
  try {
    const agent = new Agent({ keepAlive: true, maxSockets: clients });
    const keyIds = await listKeyIds(port);
    const send = async (batches: Buffer[]) => {
      const startedAt = performance.now();
      const client = async () => {
        for (let body = batches.pop(); body; body = batches.pop()) await post(body, { port, agent });
      };
      await Promise.all(Array.from({ length: clients }, client));
      return (eventsPerRound * 1000) / (performance.now() - startedAt);
    };
    await send(makeBatches(keyIds)); // warms up compilers, caches and plans
    await withOwnerConnection(installation.environment['DATABASE_URL'] ?? '', async (owner) => {
      const samples: Sample[] = [];
      for (let round = 0; round < rounds; round += 1) {
        const batches = makeBatches(keyIds);
        const { cpuMs } = await api.usage();
        const eventsPerSecond = await send(batches);
        const cpuMsPerBatch = ((await api.usage()).cpuMs - cpuMs) / batchesPerRound;
        samples.push({ eventsPerSecond, cpuMsPerBatch, copiedPerSecond: await copyRows(owner) });
      }
      report(samples, await countRecords(owner));
    });
    agent.destroy();
  } finally {
    await api.stop();
    await installation.close();
  }
}

interface Sample {
  eventsPerSecond: number;
  cpuMsPerBatch: number;
  copiedPerSecond: number;
}

async function listKeyIds(port: number): Promise<string[]> {
  const response = await fetch(`http://127.0.0.1:${port}/keys`, { headers });
  const { items } = (await response.json()) as { items: { id: string }[] };
  return items.map(({ id }) => id);
}

function post(body: Buffer, { port, agent }: { port: number; agent: Agent }): Promise<void> {
  return new Promise((resolve, reject) => {
    const options = { port, agent, method: 'POST', path: '/usage/events', headers };
    const sent = request({ ...options, host: '127.0.0.1' }, (response) => {
      if (response.statusCode !== 200) reject(new Error(`POST /usage/events answered ${response.statusCode}`));
      response.resume().once('end', resolve).once('error', reject);
    });
    sent.once('error', reject).end(body);
  });
}

/** Made before they are timed: whoever has such events has them from their own calls. */
function makeBatches(keyIds: string[]): Buffer[] {
  return Array.from({ length: batchesPerRound }, () => {
    const events = Array.from({ length: eventsPerBatch }, (_, index) => makeEvent(index, keyIds));
    return Buffer.from(JSON.stringify({ events }));
  });
}

/** Every field, with usage as chat completions have it; spread over three hours, so over some hundred sums. */
function makeEvent(index: number, keyIds: string[]) {
  const [prompt, completion] = [200 + index, 20 + (index % 90)];
  return {
    idempotencyKey: `chatcmpl-${randomUUID()}`,
    model: models[index % models.length],
    usage: {
      prompt_tokens: prompt,
      completion_tokens: completion,
      total_tokens: prompt + completion,
      prompt_tokens_details: { cached_tokens: index % 3 === 0 ? 128 : 0, audio_tokens: 0 },
      completion_tokens_details: {
        reasoning_tokens: 0,
        audio_tokens: 0,
        accepted_prediction_tokens: 0,
        rejected_prediction_tokens: 0,
      },
    },
    serviceTier: 'default',
    occurredAt: new Date(Date.now() - (index % 180) * 60_000).toISOString(),
    keyId: keyIds[index % keyIds.length],
    endUser: `customer-${index % 250}`,
    tags: { feature: 'search', environment: 'production' },
    requestId: `req_${randomUUID().replaceAll('-', '')}`,
  };
}

/** Rows per second of a COPY of the newest round's rows, under another tenant, from a file to the same table. */
async function copyRows(owner: OwnerConnection): Promise<number> {
  const { rows } = await owner.query<{ folder: string }>(`SELECT current_setting('data_directory') AS folder`);
  const file = `'${rows[0]?.folder}/bench-usage-record.copy'`;
  const columns = await owner.query<{ names: string }>(`
    SELECT string_agg(column_name, ', ' ORDER BY ordinal_position) AS names FROM information_schema.columns
    WHERE table_name = 'usage_record' AND column_name <> 'tenant_id'`);
  const names = columns.rows[0]?.names ?? '';
  const tenantId = randomUUID();
  await owner.query(`COPY (SELECT '${tenantId}', ${names} FROM usage_record
    WHERE tenant_id = (SELECT id FROM tenant WHERE slug = 't0') LIMIT ${eventsPerRound}) TO ${file}`);
  const startedAt = performance.now();
  await owner.query(`COPY usage_record (tenant_id, ${names}) FROM ${file}`);
  return (eventsPerRound * 1000) / (performance.now() - startedAt);
}

/** As the hourly sums have them, after every record is compared with them. */
async function countRecords(owner: OwnerConnection): Promise<number> {
  const { rows } = await owner.query<{ records: string; sums: string; count: number }>(`
    WITH t AS (SELECT id FROM tenant WHERE slug = 't0')
    SELECT (SELECT concat(count(*), ' ', sum(cost_usd)) FROM usage_record, t WHERE tenant_id = t.id) AS records,
      (SELECT concat(sum(records), ' ', sum(cost_usd)) FROM usage_hourly, t WHERE tenant_id = t.id) AS sums,
      (SELECT sum(records)::int FROM usage_hourly, t WHERE tenant_id = t.id) AS count`);
  const [row] = rows;
  if (!row || row.records !== row.sums) throw new Error(`records ${row?.records}, sums ${row?.sums}`);
  return row.count;
}

function report(samples: Sample[], records: number): void {
  const of = (pick: (sample: Sample) => number) => median(samples.map(pick));
  const [perSecond, copied] = [of((one) => one.eventsPerSecond), of((one) => one.copiedPerSecond)];
  const expected = eventsPerRound * (rounds + 1);
  const isMet = perSecond >= targetPerSecond && records === expected;
  const number = (value: number) => Math.round(value).toLocaleString('en-US');
  process.stdout.write(
    `usage events over HTTP, ${clients} clients, ${number(eventsPerBatch)} each: ${number(perSecond)}/s (median of ` +
      `${rounds}, best ${number(Math.max(...samples.map((one) => one.eventsPerSecond)))}), ` +
      `${of((one) => one.cpuMsPerBatch).toFixed(1)} CPU ms of the API per batch; ${number(records)} of ` +
      `${number(expected)} recorded, sums equal records\n` +
      `bare COPY of the same rows: ${number(copied)}/s, ratio ${(perSecond / copied).toFixed(2)}\n` +
      `target ${number(targetPerSecond)}/s: ${isMet ? 'met' : 'MISSED'}\n`,
  );
  if (!isMet) process.exitCode = 1;
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
