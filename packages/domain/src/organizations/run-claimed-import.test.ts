import { afterAll, beforeAll, expect, test } from 'vitest';
import { newId } from '#core/ids.js';
import { withTenant } from '#db/with-tenant.js';
import { createImportingInstallation, type ImportingInstallation } from '#testing/importing-installation.js';
import { claimImport } from './claim-import.js';
import { runClaimedImport } from './run-claimed-import.js';

let home: ImportingInstallation;
beforeAll(async () => {
  home = await createImportingInstallation();
});
afterAll(() => home.close());

const never = new AbortController().signal;
const refusals = (tenantId: string) =>
  withTenant(home.db, tenantId, (tx) => tx.auditEvent.findMany({ where: { action: 'job.refuse' } }));

test("a job that names another tenant's organization imports nothing, and is audited in the tenant that it names", async () => {
  const { id } = await home.connect('Main', { organization: 1 });
  const other = await home.addTenant('other');
  const claim = await claimImport(home, home.tenant.id, { organizationId: id, part: 'all' });
  if (!claim) throw new Error('nobody else imports it');
  await runClaimedImport(home, { ...claim, tenantId: other.id }, never);
  await runClaimedImport(home, { ...claim, tenantId: other.id, organizationId: newId() }, never);
  expect(await refusals(other.id)).toMatchObject([
    { subjectId: 'import-organization', after: JSON.stringify({ named: [id] }) },
  ]);
  expect(await refusals(home.tenant.id)).toEqual([]);
  const [organization] = await withTenant(home.db, home.tenant.id, (tx) => tx.organization.findMany());
  expect(organization).toMatchObject({ importRunId: claim.runId, inventoryAt: null });
});

test('a job that comes twice is no offence', async () => {
  const { id } = await home.connect('Second', { organization: 2 });
  const claim = await claimImport(home, home.tenant.id, { organizationId: id, part: 'all' });
  if (!claim) throw new Error('nobody else imports it');
  await runClaimedImport(home, claim, never);
  await runClaimedImport(home, claim, never);
  expect(await refusals(home.tenant.id)).toEqual([]);
});
