import { afterAll, beforeAll, expect, test } from 'vitest';
import { SecretString } from '#core/secret-string.js';
import { withTenant } from '#db/with-tenant.js';
import { usageKinds } from '#openai/organization/usage-result.js';
import { importedFigures, trueFigures } from '#testing/imported-figures.js';
import { createImportingInstallation, type ImportingInstallation } from '#testing/importing-installation.js';
import { sumDays } from '../books/sum-days.js';
import { costsSource } from './costs-source.js';
import type { PriceBook } from '#pricing/price-book.js';
import { usageSource } from './usage-source.js';
import { writeUsageWindow } from './write-usage-window.js';

const dayMs = 86_400_000;
/** Ten days before the open one. */
const from = new Date('2026-11-10T00:00:00Z');
let home: ImportingInstallation;
let organizationId: string;
let secret: string;
beforeAll(async () => {
  home = await createImportingInstallation();
  ({ id: organizationId, secret } = await home.connect('Main'));
  await home.importAll(organizationId);
});
afterAll(() => home.close());

const figures = () => importedFigures(home.db, { tenantId: home.tenant.id, organizationId, from });
const truth = () =>
  trueFigures(home.controls, { from, to: new Date(Math.ceil(home.clock.now().getTime() / dayMs) * dayMs) });

test('every figure of every kind, project and line is the truth to the last digit', async () => {
  const imported = await figures();
  expect(imported).toEqual(truth());
  expect(Object.keys(imported.usage)).toHaveLength(9);
});

async function storedSums() {
  const [sums] = await withTenant(
    home.db,
    home.tenant.id,
    (tx) => tx.$queryRaw<Record<string, string>[]>`
      SELECT (SELECT concat(count(*), ' ', sum(requests), ' ', sum(cost_usd)) FROM reported_usage) AS rows,
        (SELECT concat(sum(records), ' ', sum(requests), ' ', sum(cost_usd)) FROM reported_hourly) AS hours,
        (SELECT sum(amount_usd)::text FROM cost_line) AS lines, (SELECT sum(amount_usd)::text FROM billed_day) AS days`,
  );
  return sums;
}

test('sums per hour hold what the rows hold, and a billed day what its lines do', async () => {
  const sums = await storedSums();
  expect(sums?.['hours']).toBe(sums?.['rows']);
  expect(sums?.['days']).toBe(sums?.['lines']);
});

test('recent days are kept by the hour, those before by the UTC day, which stands at its noon', async () => {
  const kept = await withTenant(
    home.db,
    home.tenant.id,
    (tx) => tx.$queryRaw<{ secs: number; since: string; hours: number[] }[]>`
      SELECT r.bucket_secs AS secs, to_char(min(r.bucket_at), 'YYYY-MM-DD') AS since,
        array_agg(DISTINCT extract(hour FROM h.hour)::int) FILTER (WHERE r.bucket_secs = 86400) AS hours
      FROM reported_usage r LEFT JOIN reported_hourly h ON h.hour - r.bucket_at = interval '12 hours' AND h.kind = r.kind
      WHERE r.kind = 'images' GROUP BY 1 ORDER BY 1`,
  );
  expect(kept).toEqual([
    { secs: 3600, since: '2026-11-13', hours: null },
    { secs: 86_400, since: '2026-11-10', hours: [12] },
  ]);
});

const residencies = () =>
  withTenant(home.db, home.tenant.id, (tx) =>
    tx.openaiProject.findMany({ select: { id: true, residency: true }, orderBy: { id: 'asc' } }),
  );

test('each project has the residency that OpenAI tells, also one that was listed before it was asked for', async () => {
  const stored = await residencies();
  const told = home.controls.organization().projects.map(({ id, plan }) => [id, plan.residency ?? 'GLOBAL']);
  expect(new Map(stored.map(({ id, residency }) => [id, residency]))).toEqual(new Map(told as [string, string][]));
  expect(told.filter(([, residency]) => residency === 'EU_STORAGE_PROCESSING')).toHaveLength(1);
  await withTenant(home.db, home.tenant.id, (tx) => tx.openaiProject.updateMany({ data: { residency: null } }));
  await home.import(organizationId);
  expect(await residencies()).toEqual(stored);
});

test('what a project used in its region costs what OpenAI bills for it, to the last digit', async () => {
  const days = await withTenant(
    home.db,
    home.tenant.id,
    (tx) => tx.$queryRaw<{ day: string; billed: string; reported: string }[]>`
      SELECT billed_on::text AS day, billed::text, sum(cost_usd)::text AS reported
      FROM reported_usage r JOIN (
        SELECT billed_on, sum(amount_usd)::numeric(24, 12) AS billed FROM cost_line WHERE model = 'gpt-6-luna' GROUP BY 1
      ) b ON b.billed_on = (r.bucket_at AT TIME ZONE 'UTC')::date
      WHERE r.model = 'gpt-6-luna' AND billed_on < '2026-11-20' GROUP BY 1, 2 ORDER BY 1`,
  );
  expect(days).toHaveLength(10);
  expect(days.map(({ day, reported }) => [day, reported])).toEqual(days.map(({ day, billed }) => [day, billed]));
});

/** Every row that imports write, less what is of one writing alone; and how far the feeds have come. */
async function contents() {
  const [row] = await withTenant(
    home.db,
    home.tenant.id,
    (tx) => tx.$queryRaw<{ rows: number; digest: string; feeds: string }[]>`
      WITH written AS (
        SELECT to_jsonb(r) - 'id' AS row FROM reported_usage r UNION ALL SELECT to_jsonb(h) FROM reported_hourly h
        UNION ALL SELECT to_jsonb(l) FROM cost_line l UNION ALL SELECT to_jsonb(d) FROM billed_day d
      )
      SELECT count(*)::int AS rows, md5(string_agg(row::text, '' ORDER BY row::text)) AS digest,
        (SELECT string_agg(to_jsonb(f)::text, '' ORDER BY feed) FROM import_feed f) AS feeds FROM written`,
  );
  return row;
}

test('whatever was revised is put right by the next import, and one more changes nothing, nor would any after it', async () => {
  const before = await figures();
  home.pass(26 * 3_600_000);
  await home.import(organizationId);
  const after = await figures();
  expect(after).toEqual(truth());
  expect(after.billedByLine).not.toEqual(before.billedByLine);
  const once = await contents();
  expect(once?.rows).toBeGreaterThan(20_000);
  await home.import(organizationId);
  expect(await contents()).toEqual(once);
});

test('the same window ten times leaves the same rows and sums', async () => {
  const once = await contents();
  const connection = { secret: new SecretString(secret), baseUrl: home.importing.baseUrl };
  const run = { tenantId: home.tenant.id, organizationId, runId: 'none', connection };
  const day = { from: new Date('2026-11-20T00:00:00Z'), to: new Date('2026-11-21T00:00:00Z') };
  const prices = await home.priceBooks.of(home.tenant.id);
  for (const source of [...usageKinds.map((kind) => usageSource(home, run, kind)), costsSource(home, run)]) {
    for await (const window of source.windows({ ...day, width: source.recent.width })) {
      await withTenant(home.db, home.tenant.id, async (tx) => {
        for (let time = 1; time <= 10; time += 1) {
          const { rows, unknown } = await window.write(tx, prices);
          expect([rows, unknown].every((grown) => Math.abs(grown) === 0)).toBe(true);
        }
      });
    }
  }
  expect(await contents()).toEqual(once);
});

test('what was made ready with other prices, or before a project was known as regional, is written with those of now', async () => {
  const once = await contents();
  const connection = { secret: new SecretString(secret), baseUrl: home.importing.baseUrl };
  const run = { tenantId: home.tenant.id, organizationId, runId: 'none', connection };
  const source = usageSource(home, run, 'completions');
  const day = { from: new Date('2026-11-20T00:00:00Z'), to: new Date('2026-11-21T00:00:00Z') };
  const prices = await home.priceBooks.of(home.tenant.id);
  const rewrite = async (book: PriceBook, meanwhile: string) => {
    for await (const window of source.windows({ ...day, width: source.recent.width })) {
      await window.prepare?.(book);
      await withTenant(home.db, home.tenant.id, (tx) => tx.$executeRawUnsafe(meanwhile));
      await withTenant(home.db, home.tenant.id, (tx) => window.write(tx, prices));
    }
    return contents();
  };
  expect(await rewrite({ ...prices, rowsByKey: new Map() }, 'SELECT')).toEqual(once);
  const [cease, become] = [
    `UPDATE openai_project SET residency = residency || '_NO_MORE' WHERE residency LIKE '%PROCESSING'`,
    `UPDATE openai_project SET residency = replace(residency, '_NO_MORE', '')`,
  ];
  expect((await rewrite(prices, cease))?.digest).not.toBe(once?.digest);
  expect(await rewrite(prices, become)).toEqual(once);
});

/** Which rows there are, and which transaction wrote each. */
const written = () =>
  withTenant(
    home.db,
    home.tenant.id,
    (tx) => tx.$queryRaw`
      SELECT (SELECT md5(string_agg(id || xmin::text, '' ORDER BY id)) FROM reported_usage) AS usage,
        (SELECT md5(string_agg(xmin::text, '' ORDER BY c)) FROM cost_line c) AS lines,
        (SELECT string_agg(concat_ws(' ', book, zone, day, xmin), ',' ORDER BY book, zone, day) FROM summed_day) AS days`,
  );
const summedDays = async (book: string) => {
  const rows = await withTenant(home.db, home.tenant.id, (tx) =>
    tx.summedDay.findMany({ where: { book, zone: 'UTC' }, orderBy: { day: 'asc' } }),
  );
  return rows.map(({ day }) => day.toISOString().slice(0, 10));
};
const sum = () => sumDays(home, home.tenant.id, { budgetMs: 20_000 });

test('an import that reads what it knows writes no row, and keeps the sums of all days', async () => {
  await sum();
  const before = await written();
  await home.import(organizationId);
  expect(await written()).toEqual(before);
});

type Damage = (day: string, kind: string) => string;
const of: Damage = (day, kind) => `(bucket_at AT TIME ZONE 'UTC')::date = '${day}' AND kind = '${kind}'`;
const one: Damage = (day, kind) => `id = (SELECT min(id::text)::uuid FROM reported_usage WHERE ${of(day, kind)})`;
const line = (day: string) =>
  `billed_on = '${day}' AND ctid = (SELECT min(ctid) FROM cost_line WHERE billed_on = '${day}')`;

const usageDamages: Damage[] = [
  (...at) => `UPDATE reported_usage SET requests = requests + 1 WHERE ${one(...at)}`,
  (...at) => `UPDATE reported_usage SET cost_usd = cost_usd + 0.000000000001 WHERE ${one(...at)}`,
  (...at) => `UPDATE reported_usage SET price_version = 'another' WHERE ${one(...at)}`,
  (...at) => `UPDATE reported_usage SET user_id = 'another' WHERE ${one(...at)}`,
  (...at) => `UPDATE reported_usage SET bucket_secs = 86400 WHERE ${one(...at)}`,
  (...at) => `DELETE FROM reported_usage WHERE ${one(...at)}`,
  (...at) => `DELETE FROM reported_usage WHERE ${of(...at)}`,
  (...at) => `INSERT INTO reported_usage SELECT (r).* FROM (
    SELECT jsonb_populate_record(u, jsonb_build_object('id', gen_random_uuid())) AS r FROM reported_usage u
    WHERE ${one(...at)}) AS twice`,
  (day, kind) => `INSERT INTO reported_hourly SELECT (r).* FROM (
    SELECT jsonb_populate_record(h, '{"project_id": "another"}') AS r FROM reported_hourly h
    WHERE (hour AT TIME ZONE 'UTC')::date = '${day}' AND kind = '${kind}' LIMIT 1) AS of_no_row`,
];
const billDamages: Damage[] = [
  (day) => `UPDATE cost_line SET amount_usd = amount_usd + 0.000000000001 WHERE ${line(day)}`,
  (day) => `UPDATE cost_line SET quantity = COALESCE(quantity, 0) + 1 WHERE ${line(day)}`,
  (day) => `DELETE FROM cost_line WHERE ${line(day)}`,
  (day) => `INSERT INTO cost_line (tenant_id, organization_id, billed_on, project_id, api_key_id, line_item,
    quantity_unit, model, amount_usd) SELECT tenant_id, organization_id, billed_on, 'another', '', '', '', '', 1
    FROM cost_line WHERE ${line(day)}`,
];
const damageRow = (sql: string) =>
  withTenant(home.db, home.tenant.id, (tx) => tx.$executeRawUnsafe(sql)).then((rows) =>
    expect(rows).toBeGreaterThan(0),
  );

test('whatever differs from what is read is put right: counts, costs, names, rows too many and too few', async () => {
  const once = await contents();
  const days = [16, 17, 18, 19].map((day) => `2026-11-${day}`);
  const places = ['completions', 'embeddings', 'images'].flatMap((kind) => days.map((day) => [day, kind] as const));
  for (const [index, damage] of usageDamages.entries()) await damageRow(damage(...(places[index] ?? ['', ''])));
  for (const [index, day] of days.entries()) await damageRow(billDamages[index]?.(day, '') ?? '');
  await home.import(organizationId);
  expect((await contents())?.digest).toBe(once?.digest);
});

test('of a day that differs the sums are forgotten, and those of other days stay', async () => {
  await sum();
  const days = { reported: await summedDays('reported'), billed: await summedDays('billed') };
  await damageRow(`UPDATE reported_usage SET requests = requests + 1 WHERE ${one('2026-11-17', 'completions')}`);
  await damageRow(`UPDATE cost_line SET amount_usd = amount_usd + 1 WHERE ${line('2026-11-19')}`);
  await home.import(organizationId);
  expect(await summedDays('reported')).toEqual(days.reported.filter((day) => day !== '2026-11-17'));
  expect(await summedDays('billed')).toEqual(days.billed.filter((day) => day !== '2026-11-19'));
});

test('a day that was reported as one goes with the first of its hours that are read, also where those are empty', async () => {
  const [day, kind] = ['2026-11-18', 'embeddings'] as const;
  await damageRow(`DELETE FROM reported_hourly WHERE (hour AT TIME ZONE 'UTC')::date = '${day}' AND kind = '${kind}'`);
  await damageRow(`DELETE FROM reported_usage WHERE ${of(day, kind)} AND NOT ${one(day, kind)}`);
  await damageRow(
    `UPDATE reported_usage SET bucket_at = '${day}T00:00:00Z', bucket_secs = 86400 WHERE ${one(day, kind)}`,
  );
  const [from, to] = [new Date(`${day}T00:00:00Z`), new Date(`${day}T12:00:00Z`)];
  const window = { organizationId, kind, from, to, width: '1h', buckets: [], setAside: [] } as const;
  const book = await home.priceBooks.of(home.tenant.id);
  await withTenant(home.db, home.tenant.id, (tx) => writeUsageWindow(tx, { book, now: home.clock.now(), window }));
  expect(
    await withTenant(home.db, home.tenant.id, (tx) =>
      tx.$queryRawUnsafe(`SELECT FROM reported_usage WHERE ${of(day, kind)}`),
    ),
  ).toEqual([]);
});
