import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newId } from '#core/ids.js';
import { openQueuePool } from '#db/open-queue-pool.js';
import { withTenant } from '#db/with-tenant.js';
import { readAnchors } from '#domain/audit/audit-anchor.js';
import { verifyAudit } from '#domain/audit/verify-audit.js';
import { openQueues } from '#queue/open-queues.js';
import { compileSources } from '#testing/compile-sources.js';
import { eventually } from '#testing/eventually.js';
import { createWorkerInstallation, type WorkerInstallation } from '#testing/worker-installation.js';

let compiled: Awaited<ReturnType<typeof compileSources>>;
let home: WorkerInstallation;
let folder: string;
beforeAll(async () => {
  compiled = await compileSources();
  home = await createWorkerInstallation(compiled.folder);
  folder = await mkdtemp(join(tmpdir(), 'keyledger-worker-audit-'));
});
afterAll(async () => {
  await home.close();
  await compiled.remove();
  await rm(folder, { recursive: true });
});

/** Whoever can write into the queue. */
async function enqueue(payload: { tenantId: string; runIds: string[] }): Promise<void> {
  const pool = openQueuePool({ url: home.url });
  const queues = openQueues({ backend: { kind: 'postgres', pool }, logger: home.logger });
  await queues.ready();
  await queues.add('run-probes', [payload]);
  await queues.close();
  await pool.end();
}

const refusals = () =>
  withTenant(home.db, home.tenant.id, (tx) => tx.auditEvent.findMany({ where: { action: 'job.refuse' } }));

test('a worker keeps anchors, counts what it opens, and refuses a job that names a run of nobody', async () => {
  const file = join(folder, 'anchors.jsonl');
  await home.addKeys(2);
  const worker = await home.startWorker({ AUDIT_ANCHOR_FILE: file });
  await eventually('the anchors are kept', async () => (await readFile(file, 'utf8').catch(() => '')) !== '');
  const anchors = readAnchors(await readFile(file, 'utf8')).filter(({ tenantId }) => tenantId === home.tenant.id);
  expect(anchors).not.toEqual([]);
  expect(readAnchors(worker.output())).toEqual(expect.arrayContaining(anchors));
  await home.untilRecorded(2);
  const counted = await withTenant(home.db, home.tenant.id, (tx) => tx.secretUse.findMany());
  expect(counted.reduce((sum, { times }) => sum + times, 0n)).toBe(2n);
  const strange = newId();
  await enqueue({ tenantId: home.tenant.id, runIds: [strange] });
  await eventually('the job is refused', async () => (await refusals()).length > 0);
  expect(await refusals()).toMatchObject([
    { actorKind: 'worker', actorName: 'worker', after: JSON.stringify({ named: [strange] }) },
  ]);
  expect(await verifyAudit(home, home.tenant.id, { anchors })).toMatchObject({ fault: null });
  expect(await worker.stop()).toBe(0);
});
