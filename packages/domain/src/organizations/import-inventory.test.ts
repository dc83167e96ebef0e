import { afterAll, beforeAll, expect, test } from 'vitest';
import { withOwnerConnection } from '#db/with-owner-connection.js';
import { withTenant } from '#db/with-tenant.js';
import { listProjects } from '#openai/organization/list-projects.js';
import { eventually } from '#testing/eventually.js';
import { createImportingInstallation, type ImportingInstallation } from '#testing/importing-installation.js';
import { untilSomebodyWaits } from '#testing/until-somebody-waits.js';
import { storeProviderKey } from '../provider-keys/store-provider-key.js';
import { beginImport } from './begin-import.js';
import { claimImport } from './claim-import.js';
import { endImport } from './end-import.js';
import { importInventory } from './import-inventory.js';
import { ImportOvertakenError, type ImportRun } from './import-run.js';
import { settleIdentity } from './settle-identity.js';

let home: ImportingInstallation;
let tenantId: string;
beforeAll(async () => {
  home = await createImportingInstallation({ historyDays: 7 });
  tenantId = home.tenant.id;
});
afterAll(() => home.close());

async function begin(organizationId: string): Promise<ImportRun> {
  const claim = await claimImport(home, tenantId, { organizationId, part: 'all' });
  const begun = claim && (await beginImport(home, claim));
  if (!begun?.secret) throw new Error('the import did not begin');
  const connection = { secret: begun.secret, baseUrl: home.importing.baseUrl };
  return { tenantId, organizationId, runId: begun.runId, connection };
}

async function listOnce(organizationId: string): Promise<void> {
  const run = await begin(organizationId);
  await importInventory(home, run);
  await endImport(home, run, { kind: 'done', hasMorePast: false });
}

test('two organizations whose keys are listed at once, and both of whom link keys anew, do not wait in a circle', async () => {
  const ids = [(await home.connect('One')).id, (await home.connect('Two', { organization: 2 })).id];
  for (const id of ids) await listOnce(id);
  const defaults = { model: 'gpt-4o-mini', dailyCapUsd: '1' };
  const today = Math.floor(home.clock.now().getTime() / 86_400_000);
  const stored = [1, 2].map(async (number) => {
    const secret = home.controls.organization(number).keys.find(({ deletedDay, createdDay, project }) => {
      return createdDay <= today && deletedDay === null && project.archivedDay === null;
    })?.secret;
    return (await storeProviderKey({ ...home, defaults }, tenantId, { label: `of ${number}`, secret: secret ?? '' }))
      .id;
  });
  const keyIds = await Promise.all(stored);

  const runs = await Promise.all(ids.map(begin));
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  let listed = 0;
  const fetch: ImportingInstallation['fetch'] = async (...given) => {
    if (new Request(...given).url.includes('/organization/spend_alerts')) {
      listed += 1;
      await opened;
    }
    return home.fetch(...given);
  };
  const imports = runs.map((run) => importInventory({ ...home, fetch }, run));
  await eventually('both are about to have listed all', () => listed === 2);
  await withOwnerConnection(home.url, async (owner) => {
    // Both come as far as the look at stored keys, if need be one after the other.
    await owner.query('BEGIN; LOCK TABLE provider_key IN ACCESS EXCLUSIVE MODE');
    open();
    await untilSomebodyWaits(home.db, { atLeast: 2 });
    await owner.query('COMMIT');
  });
  await Promise.all(imports);
  const linked = await withTenant(home.db, tenantId, (tx) =>
    tx.openaiApiKey.findMany({ where: { providerKeyId: { in: keyIds } }, select: { organizationId: true } }),
  );
  expect(linked.map(({ organizationId }) => organizationId).toSorted()).toEqual(ids.toSorted());
});

test('a key that takes over an organization whose import is under way yet overtakes it, and neither waits for the other', async () => {
  const former = await home.connect('Former', { organization: 3 });
  await listOnce(former.id);
  const ofFormer = await begin(former.id);
  const projects = await listProjects(home, ofFormer.connection);
  await home.disconnect(former.keyId);
  const { id } = await home.connect('Next', { organization: 3 });
  const ofNext = await begin(id);
  await withOwnerConnection(home.url, async (owner) => {
    await owner.query(`BEGIN; SELECT pg_advisory_xact_lock(hashtext('keyledger.projects'), hashtext('${tenantId}'))`);
    const next = settleIdentity(home, ofNext, projects);
    await untilSomebodyWaits(home.db);
    const overtaken = settleIdentity(home, ofFormer, projects).catch((error: unknown) => error);
    await untilSomebodyWaits(home.db, { atLeast: 2 });
    await owner.query('COMMIT');
    expect(await next).toMatchObject({ organizationId: former.id });
    expect(await overtaken).toBeInstanceOf(ImportOvertakenError);
  });
});
