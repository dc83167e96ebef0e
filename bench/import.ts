import { randomUUID } from 'node:crypto';
import { systemClock } from '#core/clock.js';
import { createLogger } from '#core/logger.js';
import { createMasterKeyRing } from '#crypto/key-ring.js';
import { generateMasterKey, parseMasterKey } from '#crypto/master-key.js';
import { type Database, openDatabase } from '#db/database.js';
import { ensureDatabase } from '#db/embedded/ensure-database.js';
import { migrate } from '#db/migrate.js';
import { type OwnerConnection, withOwnerConnection } from '#db/with-owner-connection.js';
import { withTenant } from '#db/with-tenant.js';
import { beginImport } from '#domain/organizations/begin-import.js';
import { claimImport } from '#domain/organizations/claim-import.js';
import { importRecent } from '#domain/organizations/import-recent.js';
import type { ImportRun } from '#domain/organizations/import-run.js';
import type { ImportDeps } from '#domain/organizations/import-settings.js';
import { usageSource } from '#domain/organizations/usage-source.js';
import { systemActor } from '#domain/audit/actor.js';
import { createTenantPriceBooks } from '#domain/prices/tenant-price-books.js';
import { storeProviderKey } from '#domain/provider-keys/store-provider-key.js';
import { createTenant } from '#domain/tenants/create-tenant.js';
import { buildPriceBook } from '#pricing/build-price-book.js';
import { openAiPriceSheet } from '#pricing/openai-prices.js';
import { simulatedSecret } from '#simulator/simulated-key.js';
import { answerUsagePage, rowsPerHour } from './usage-pages.js';
import { withPostgres } from './with-postgres.js';

/**
 * A million rows of completions usage by the hour, as an import reads and writes them: JSON of OpenAI's form is parsed,
 * checked, priced and written, with its hourly sums, window by window, to a real Postgres with its default durability.
 * The answers are made in this process in the place of the network; making them is in the time. Beside it a bare `COPY` of
 * the very same rows into the same table. Ends with status 1 when the target is missed.
 */
const targetPerSecond = 20_000;
const days = 80;
const expectedRows = days * 24 * rowsPerHour;
const dayMs = 86_400_000;

const logger = createLogger({ name: 'bench', level: 'silent' });

await withPostgres(bench);

async function bench(serverUrl: string): Promise<void> {
  const url = new URL(serverUrl);
  url.pathname = '/bench_import';
  await ensureDatabase(url.href);
  await migrate(url.href, { logger });
  const db = openDatabase({ url: url.href, poolSize: 4 });
  try {
    const { deps, tenantId, organizationId } = await connect(db);
    const claim = await claimImport(deps, tenantId, { organizationId, part: 'all' });
    const begun = claim && (await beginImport(deps, claim));
    if (!begun?.secret) throw new Error('the import could not begin');
    const connection = { secret: begun.secret, baseUrl: deps.importing.baseUrl };
    const run = { tenantId, organizationId, runId: begun.runId, connection };
    await importSince(deps, run, 2); // warms up compilers, caches and plans
    const first = await importSince(deps, run, days);
    const again = await importSince(deps, run, 12);
    await withOwnerConnection(url.href, async (owner) => {
      const rows = await countRows(owner);
      report({ first, again, rows, copiedPerSecond: await copyRows(owner) });
    });
  } finally {
    await db.close();
  }
}

async function connect(db: Database): Promise<{ deps: ImportDeps; tenantId: string; organizationId: string }> {
  const clock = systemClock;
  const ring = createMasterKeyRing([parseMasterKey(generateMasterKey())]);
  const { id: tenantId } = await createTenant(
    { db, ring, clock, actor: systemActor },
    { slug: 'bench', name: 'Bench' },
  );
  const defaults = { model: 'gpt-4o-mini', dailyCapUsd: '1' };
  const secret = simulatedSecret({ behaviour: 'healthy', kind: 'admin' });
  const key = await storeProviderKey({ db, ring, clock, actor: systemActor, defaults }, tenantId, {
    label: 'Bench',
    secret,
  });
  const { id: organizationId } = await withTenant(db, tenantId, (tx) =>
    tx.organization.findFirstOrThrow({ where: { providerKeyId: key.id } }),
  );
  const priceBooks = createTenantPriceBooks({ db, clock, base: buildPriceBook(openAiPriceSheet) });
  const importing = { baseUrl: 'http://127.0.0.1:9/v1', historyDays: 1100 };
  const fetch: ImportDeps['fetch'] = async (input) =>
    answerUsagePage(new URL(input instanceof Request ? input.url : input));
  return { deps: { db, ring, clock, logger, priceBooks, importing, fetch }, tenantId, organizationId };
}

interface Measured {
  rowsPerSecond: number;
  /** After a quarter, and at its end, as the operating system counts it. */
  memoryMiB: { early: number; late: number };
}

/** Imports the last `count` days as if nothing had been read since. */
async function importSince(deps: ImportDeps, run: ImportRun, count: number): Promise<Measured> {
  const since = new Date(Date.now() - count * dayMs);
  await withTenant(
    deps.db,
    run.tenantId,
    (tx) =>
      tx.$executeRaw`
      INSERT INTO import_feed (tenant_id, organization_id, feed, known_from, known_to, hourly_from, read_at)
      VALUES (current_tenant_id(), ${run.organizationId}::uuid, 'completions', ${since}, ${since}, ${since}, now())
      ON CONFLICT (tenant_id, organization_id, feed) DO UPDATE SET known_to = excluded.known_to`,
  );
  let rows = 0;
  let early = 0;
  const startedAt = performance.now();
  const counting: ImportDeps = {
    ...deps,
    onStep: (step) => {
      rows += step.rows;
      if (rows < (count * 24 * rowsPerHour) / 4) early = process.memoryUsage.rss();
    },
  };
  await importRecent(counting, run, usageSource(counting, run, 'completions'));
  const seconds = (performance.now() - startedAt) / 1000;
  const mebi = (bytes: number) => Math.round(bytes / 2 ** 20);
  return { rowsPerSecond: rows / seconds, memoryMiB: { early: mebi(early), late: mebi(process.memoryUsage.rss()) } };
}

/** Every row, after all are compared with the hourly sums. */
async function countRows(owner: OwnerConnection): Promise<number> {
  const { rows } = await owner.query<{ rows: string; sums: string; count: number }>(`
    SELECT (SELECT concat(count(*), ' ', sum(requests), ' ', sum(cost_usd)) FROM reported_usage) AS rows,
      (SELECT concat(sum(records), ' ', sum(requests), ' ', sum(cost_usd)) FROM reported_hourly) AS sums,
      (SELECT count(*)::int FROM reported_usage) AS count`);
  const [row] = rows;
  if (!row || row.rows !== row.sums) throw new Error(`rows ${row?.rows}, sums ${row?.sums}`);
  return row.count;
}

/** Rows per second of a COPY of all rows, under another tenant, from a file to the same table. */
async function copyRows(owner: OwnerConnection): Promise<number> {
  const { rows } = await owner.query<{ folder: string }>(`SELECT current_setting('data_directory') AS folder`);
  const file = `'${rows[0]?.folder}/bench-reported-usage.copy'`;
  const columns = await owner.query<{ names: string }>(`
    SELECT string_agg(column_name, ', ' ORDER BY ordinal_position) AS names FROM information_schema.columns
    WHERE table_name = 'reported_usage' AND column_name <> 'tenant_id'`);
  const names = columns.rows[0]?.names ?? '';
  const copied = await owner.query(`COPY (SELECT '${randomUUID()}', ${names} FROM reported_usage) TO ${file}`);
  const startedAt = performance.now();
  await owner.query(`COPY reported_usage (tenant_id, ${names}) FROM ${file}`);
  return ((copied.rowCount ?? 0) * 1000) / (performance.now() - startedAt);
}

function report(result: { first: Measured; again: Measured; rows: number; copiedPerSecond: number }): void {
  const { first, again, rows, copiedPerSecond } = result;
  const number = (value: number) => Math.round(value).toLocaleString('en-US');
  const isMet = first.rowsPerSecond >= targetPerSecond && rows >= expectedRows;
  const { early, late } = first.memoryMiB;
  process.stdout.write(
    `import of reported usage, answers made in this process: ${number(first.rowsPerSecond)} rows/s, ` +
      `${number(rows)} rows, sums equal rows\n` +
      `in the place of rows that are there: ${number(again.rowsPerSecond)} rows/s\n` +
      `memory: ${early} MiB after a quarter, ${late} MiB at the end\n` +
      `bare COPY of the same rows: ${number(copiedPerSecond)} rows/s, ratio ${(first.rowsPerSecond / copiedPerSecond).toFixed(2)}\n` +
      `target ${number(targetPerSecond)} rows/s: ${isMet ? 'met' : 'MISSED'}\n`,
  );
  if (!isMet) process.exitCode = 1;
}
