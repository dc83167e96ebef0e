import { afterAll, beforeAll, expect, test } from 'vitest';
import { withTenant } from '#db/with-tenant.js';
import { createImportingInstallation, type ImportingInstallation } from '#testing/importing-installation.js';

let home: ImportingInstallation;
let organizationId: string;
beforeAll(async () => {
  home = await createImportingInstallation();
  organizationId = (await home.connect('Main')).id;
  await home.importAll(organizationId);
});
afterAll(() => home.close());

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
