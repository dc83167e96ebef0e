import { afterAll, beforeAll, expect, test } from 'vitest';
import { withTenant } from '#db/with-tenant.js';
import { createImportingInstallation, type ImportingInstallation } from '#testing/importing-installation.js';
import { createProbingInstallation, type ProbingInstallation } from '#testing/probing-installation.js';
import { unscopedMetrics } from '../operations/unscoped-metrics.js';
import { unscopedUsageCounter } from '../operations/unscoped-usage-counter.js';
import { claimImport } from '../organizations/claim-import.js';
import { importOrganization } from '../organizations/import-organization.js';
import { unscopedClaimDueImports } from '../organizations/unscoped-claim-due-imports.js';
import { createProbeSlots } from '../probes/create-probe-slots.js';
import { runClaimedProbes } from '../probes/run-claimed-probes.js';
import { unscopedClaimDueProbes } from '../probes/unscoped-claim-due-probes.js';
import { deleteTenant } from './delete-tenant.js';
import { restoreTenant } from './restore-tenant.js';
import { resumeTenant } from './resume-tenant.js';
import { suspendTenant } from './suspend-tenant.js';

let probing: ProbingInstallation;
let importing: ImportingInstallation;
beforeAll(async () => {
  probing = await createProbingInstallation();
  importing = await createImportingInstallation();
});
afterAll(async () => {
  await probing.close();
  await importing.close();
});

type Home = ProbingInstallation | ImportingInstallation;
const ways = [
  {
    way: 'suspended',
    close: (home: Home) => suspendTenant(home, home.tenant.id, { reason: 'unpaid' }),
    open: (home: Home) => resumeTenant(home, home.tenant.id),
  },
  {
    way: 'deleted',
    close: (home: Home) => deleteTenant(home, home.tenant.id, { graceDays: 30 }),
    open: (home: Home) => restoreTenant(home, home.tenant.id),
  },
];

const claimDue = () => unscopedClaimDueProbes(probing, { limit: 100, defaultIntervalSecs: 300 });
const run = (runIds: string[]) => {
  const signal = new AbortController().signal;
  const slots = createProbeSlots({ total: 10, perTenant: 10 });
  return runClaimedProbes({ ...probing, slots, draining: signal, cutOff: signal }, probing.tenant.id, runIds);
};

test.each(ways)('keys of a $way tenant are not probed, not even those that are claimed already', async (way) => {
  const key = await probing.addKey('healthy');
  const claimed = await claimDue();
  expect(claimed).toHaveLength(1);
  await way.close(probing);
  await run(claimed.map(({ runId }) => runId));
  expect(probing.requestsWith(key.secret)).toEqual({ paid: 0, free: 0 });
  const { tenant, db } = probing;
  expect(await withTenant(db, tenant.id, (tx) => tx.probeClaim.count())).toBe(0);
  const refused = { action: 'job.refuse' };
  expect(await withTenant(db, tenant.id, (tx) => tx.auditEvent.count({ where: refused }))).toBe(0);
  probing.clock.advance(3_600_000);
  expect(await claimDue()).toEqual([]);
  const { activeKeys, oldestDueKeyAgeSecs } = await unscopedMetrics(probing, unscopedUsageCounter(probing));
  expect({ activeKeys, oldestDueKeyAgeSecs }).toEqual({ activeKeys: 0, oldestDueKeyAgeSecs: 0 });

  await way.open(probing);
  const due = await claimDue();
  await run(due.map(({ runId }) => runId));
  expect(probing.requestsWith(key.secret).paid).toBe(1);
});

test.each(ways)('organizations of a $way tenant are not imported, and an import under way ends', async (way) => {
  const { tenant, controls } = importing;
  const { id, secret, keyId } = await importing.connect(`Main of the ${way.way}`);
  const asked = () => controls.requests.filter((request) => request.secret === secret).length;
  const claim = await claimImport(importing, tenant.id, { organizationId: id, part: 'all' });
  if (!claim) throw new Error('nobody else imports');
  await way.close(importing);
  const signal = new AbortController().signal;
  expect(await importOrganization(importing, claim, signal)).toBeNull();
  expect(await unscopedClaimDueImports(importing, { limit: 10, intervalSecs: 900 })).toEqual([]);
  expect(asked()).toBe(0);

  await way.open(importing);
  importing.pass(600_000);
  const [again] = await unscopedClaimDueImports(importing, { limit: 10, intervalSecs: 900 });
  if (!again) throw new Error('it is due again');
  let ending = Promise.resolve<unknown>('not begun');
  await new Promise<void>((resolve) => {
    ending = importOrganization({ ...importing, onStep: () => resolve() }, again, signal);
  });
  await way.close(importing);
  expect(await ending).toBeNull();
  const asThen = asked();
  await way.open(importing);
  await importing.disconnect(keyId);
  expect(asThen).toBeGreaterThan(0);
});
