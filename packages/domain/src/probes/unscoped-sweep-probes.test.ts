import { afterAll, beforeAll, expect, test } from 'vitest';
import { jobPayloads } from '#queue/jobs.js';
import { createProbingInstallation, type ProbingInstallation } from '#testing/probing-installation.js';
import { queuedLeaseMs } from './unscoped-claim-due-probes.js';
import { unscopedSweepProbes } from './unscoped-sweep-probes.js';

let home: ProbingInstallation;
beforeAll(async () => {
  home = await createProbingInstallation();
});
afterAll(() => home.close());

interface Added {
  name: string;
  payload: { tenantId: string; runIds: string[] };
}

async function sweep(): Promise<{ enqueued: number; jobs: Added[] }> {
  const jobs: Added[] = [];
  const queues = {
    add: (name: string, payloads: readonly object[]) => {
      jobs.push(...payloads.map((payload) => ({ name, payload: payload as Added['payload'] })));
      return Promise.resolve();
    },
  };
  return { enqueued: await unscopedSweepProbes({ ...home, queues }, { defaultIntervalSecs: 300 }), jobs };
}

test('due keys become small jobs of one tenant each that hold ids and nothing else', async () => {
  const other = await home.addTenant('other');
  const keys = [];
  for (let index = 0; index < 23; index += 1) keys.push(await home.addKey('healthy'));
  keys.push(await home.addKey('healthy', { tenantId: other.id }));

  const { enqueued, jobs } = await sweep();
  expect(enqueued).toBe(24);
  for (const { name, payload } of jobs) {
    expect(name).toBe('run-probes');
    expect(jobPayloads['run-probes'].parse(payload)).toEqual(payload);
  }
  const ofTenant = (tenantId: string) =>
    jobs.filter(({ payload }) => payload.tenantId === tenantId).map(({ payload }) => payload.runIds.length);
  expect([ofTenant(home.tenant.id), ofTenant(other.id)]).toEqual([[20, 3], [1]]);
  expect(new Set(jobs.flatMap(({ payload }) => payload.runIds)).size).toBe(24);

  const text = JSON.stringify(jobs);
  for (const { secret, view } of keys) {
    expect(text).not.toContain(secret.slice(-30));
    expect(text).not.toContain(view.label);
  }
});

test('with nothing due nothing is enqueued; what a queue lost is enqueued again when its lease has ended', async () => {
  await home.addKey('healthy');
  const first = await sweep();
  expect(first.enqueued).toBe(1);
  expect((await sweep()).jobs).toEqual([]);
  home.clock.advance(queuedLeaseMs);
  const again = await sweep();
  expect(again.jobs.flatMap(({ payload }) => payload.runIds)).toContain(first.jobs[0]?.payload.runIds[0]);
});
