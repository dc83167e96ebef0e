import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { createMasterKeyRing, type MasterKeyRing } from '#crypto/key-ring.js';
import { parseMasterKey } from '#crypto/master-key.js';
import { sealedWith } from '#crypto/open.js';
import { withTenant } from '#db/with-tenant.js';
import { issueAccessToken } from '#domain/access-tokens/issue-access-token.js';
import { verifyAudit } from '#domain/audit/verify-audit.js';
import { readHomeMasterKeys, writeHomeMasterKeys } from '#domain/master-key/home-master-key.js';
import { unscopedCountDataKeys } from '#domain/master-key/unscoped-count-data-keys.js';
import { compileSources } from '#testing/compile-sources.js';
import { eventually } from '#testing/eventually.js';
import { createWorkerInstallation, type WorkerInstallation } from '#testing/worker-installation.js';

const tenants = 150;
/** Starting a command takes its time on a machine that is busy probing. */
const slowlyMs = 60_000;

let compiled: Awaited<ReturnType<typeof compileSources>>;
let home: WorkerInstallation;
/** Of `npm start`: only the master key is there, as the database is given. */
let folder: string;
const running = new Set<ChildProcess>();

beforeAll(async () => {
  compiled = await compileSources();
});
afterAll(() => compiled.remove());
beforeEach(async () => {
  home = await createWorkerInstallation(compiled.folder);
  folder = await mkdtemp(join(tmpdir(), 'keyledger-home-'));
  await writeHomeMasterKeys(folder, [home.masterKey]);
});
afterEach(async () => {
  for (const child of running) child.kill('SIGKILL');
  await home.close();
  await rm(folder, { recursive: true, force: true });
});

function start(program: string, args: string[], env: Record<string, string>) {
  const child = spawn(process.execPath, [join(compiled.folder, 'dist', program), ...args], {
    cwd: compiled.folder,
    env: { DATABASE_URL: home.url, OPENAI_BASE_URL: home.settings.baseUrl, OUTBOUND_ALLOW: '127.0.0.1', ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  running.add(child);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const ended = once(child, 'close').then(([status, signal]) => {
    running.delete(child);
    return { status: (status ?? signal) as number | string, output };
  });
  return { child, ended, faults: () => output.split('\n').filter((line) => line.includes('"level":"error"')) };
}

const keyledger = (...words: string[]) => start('apps/cli/src/main.js', words, { KEYLEDGER_HOME: folder });

/** Its address, and what it has logged of what went wrong. */
async function startApi(): Promise<{ origin: string; faults(): string[] }> {
  const key = join(folder, 'master.key');
  const { child, faults } = start('apps/api/src/main.js', [], {
    MASTER_KEY_FILE: key,
    API_KEY: 'the-first-token-of-this-test-0123456789',
    PORT: '0',
    RATE_LIMIT_RPM: '100000',
    RATE_LIMIT_BURST: '10000',
  });
  for await (const line of createInterface({ input: child.stdout })) {
    const { msg, port } = JSON.parse(line) as { msg: string; port?: number };
    if (msg === 'api listening') return { origin: `http://127.0.0.1:${port}`, faults };
  }
  throw new Error('the api ended');
}

/** Makes every key due again and again, and has one tested over the API; what came out of each until it is stopped. */
function probeAllTheTime(origin: string, token: string, keyId: string) {
  const answers: string[] = [];
  const stop = new AbortController();
  const sweep = (async () => {
    while (!stop.signal.aborted) {
      // Past rows that the worker is writing, with whom it could otherwise be in a deadlock.
      await home.db.unscoped.$executeRaw`
        UPDATE provider_key SET next_probe_at = 'epoch' WHERE (tenant_id, id) IN (
          SELECT tenant_id, id FROM provider_key WHERE deleted_at IS NULL FOR NO KEY UPDATE SKIP LOCKED)`;
      await delay(100);
    }
  })();
  const ask = (async () => {
    while (!stop.signal.aborted) {
      const response = await fetch(`${origin}/keys/${keyId}/probe`, {
        method: 'POST',
        headers: { 'x-api-key': token },
      });
      const body = (await response.json()) as { outcome?: string; run?: { outcome?: string } };
      answers.push(`${response.status} ${body.outcome ?? body.run?.outcome ?? JSON.stringify(body)}`);
      await delay(20);
    }
  })();
  return async () => {
    stop.abort();
    await Promise.all([sweep, ask]);
    return answers;
  };
}

async function outcomes(): Promise<Record<string, number>> {
  const rows = await withTenant(home.db, home.tenant.id, (tx) =>
    tx.probeRun.groupBy({ by: ['outcome'], _count: true }),
  );
  return Object.fromEntries(rows.map(({ outcome, _count }) => [outcome, _count]));
}

async function countUnder(masterKeyId: string): Promise<number> {
  const counts = await unscopedCountDataKeys(home);
  return counts.find((count) => count.masterKeyId === masterKeyId)?.dataKeys ?? 0;
}

async function homeRing(): Promise<MasterKeyRing> {
  const [primary = '', ...older] = (await readHomeMasterKeys(folder)) ?? [];
  return createMasterKeyRing([parseMasterKey(primary), ...older.map(parseMasterKey)]);
}

test('the master key is rotated under load, killed again and again: no probe fails, and the old key can go', async () => {
  for (let count = 1; count < tenants; count += 1) await home.addTenant(`tenant-${count}`);
  const keys = await home.addKeys(10);
  const { token } = await issueAccessToken(home, home.tenant.id, { name: 'test', role: 'admin' });
  const worker = await home.startWorker({ MASTER_KEY: '', MASTER_KEY_FILE: join(folder, 'master.key') });
  const api = await startApi();
  const all = tenants + 1; // and the api's own
  const oldId = home.ring.primary.id;
  const stopProbing = probeAllTheTime(api.origin, token.reveal(), keys[0]?.id ?? '');
  await home.untilRecorded(20, slowlyMs);

  // As soon as the new key is on disk, then ever later among the data keys.
  for (const rewrapped of [0, 1, all / 4, all / 2]) {
    const { child, ended } = keyledger('master-key', 'rotate');
    await eventually(
      'the point to kill at has come',
      async () => {
        const isOnDisk = (await readHomeMasterKeys(folder))?.length === 2;
        return isOnDisk && all - (await countUnder(oldId)) >= rewrapped;
      },
      slowlyMs,
    );
    child.kill('SIGKILL');
    expect((await ended).status).toBe('SIGKILL');
  }
  expect(await countUnder(oldId)).toBeGreaterThan(0);
  const ring = await homeRing();
  expect(ring.older.map(({ id }) => id)).toEqual([oldId]);

  const last = await keyledger('master-key', 'rotate').ended;
  expect(last.output).toMatch(new RegExp(`${ring.primary.id} +${all} data keys +primary`));
  expect(last.output).toContain(`master-key remove --id ${oldId}`);
  expect(last.status).toBe(0);
  const again = await keyledger('master-key', 'rotate').ended;
  expect(again).toMatchObject({ status: 0, output: expect.stringContaining('0 data keys wrapped anew') });
  expect((await homeRing()).primary.id).toBe(ring.primary.id);

  expect(await keyledger('master-key', 'remove', '--id', oldId).ended).toMatchObject({ status: 0 });
  expect((await homeRing()).older).toEqual([]);
  const before = (await home.books()).runs;
  await home.untilRecorded(before + 20, slowlyMs);

  const answers = await stopProbing();
  expect(await worker.stop()).toBe(0);
  expect(answers.length).toBeGreaterThan(10);
  expect(new Set([...answers, ...api.faults()])).toEqual(new Set(['200 ok']));
  expect(Object.keys(await outcomes())).toEqual(['ok']);
  expect(await verifyAudit({ db: home.db, ring }, home.tenant.id)).toMatchObject({ fault: null });
}, 300_000);

test('a master key that is still needed is not removed, and a start without it names it and for what', async () => {
  await home.addTenant('other');
  const [oldId, primary] = [home.ring.primary.id, (await readHomeMasterKeys(folder))?.[0] ?? ''];
  const refused = await keyledger('master-key', 'remove', '--id', oldId).ended;
  expect(refused).toMatchObject({ status: 2, output: `Master key ${oldId} is needed by 2 data keys: rotate first.\n` });
  expect(await readFile(join(folder, 'master.key'), 'utf8')).toBe(`${primary}\n`);

  const generated = await keyledger('master-key', 'generate').ended;
  await writeHomeMasterKeys(folder, [generated.output.split('\n')[0] ?? '']);
  const lost = await keyledger('master-key', 'status').ended;
  expect(lost.status).toBe(2);
  expect(lost.output).toMatch(`This database needs master key ${oldId} for 2 data keys, and MASTER_KEY is another`);
});

test('where the keys are given, rotating uses them, and with one alone it says how', async () => {
  const env = { NODE_ENV: 'production', MASTER_KEY: home.masterKey };
  const alone = await start('apps/cli/src/main.js', ['master-key', 'rotate'], env).ended;
  expect(alone).toMatchObject({ status: 2, output: expect.stringMatching(/MASTER_KEY_PREVIOUS, then rotate/) });

  const [fresh = ''] = (await keyledger('master-key', 'generate').ended).output.split('\n');
  const both = { NODE_ENV: 'production', MASTER_KEY: fresh, MASTER_KEY_PREVIOUS: home.masterKey };
  const rotated = await start('apps/cli/src/main.js', ['master-key', 'rotate'], both).ended;
  expect(rotated).toMatchObject({ status: 0, output: expect.stringContaining('1 data key wrapped anew') });
  expect(await countUnder(home.ring.primary.id)).toBe(0);
});

test('the key in use is split, written down, and given back by enough of its shares from standard input', async () => {
  const split = await keyledger('master-key', 'split', '--shares', '5', '--threshold', '3').ended;
  const shares = split.output.split('\n').filter((line) => line.startsWith('kls1-'));
  expect(shares).toHaveLength(5);
  const file = join(folder, 'restored.key');
  const combine = start('apps/cli/src/main.js', ['master-key', 'combine', '--write', file], {});
  combine.child.stdin.end(`${shares.slice(1, 4).join('\n')}\n`);
  expect(await combine.ended).toMatchObject({ status: 0, output: `Its id is ${home.ring.primary.id}.\n` });
  expect(await readFile(file, 'utf8')).toBe(`${home.masterKey}\n`);
  const few = start('apps/cli/src/main.js', ['master-key', 'combine'], {});
  few.child.stdin.end(shares.slice(0, 2).join('\n'));
  expect(await few.ended).toEqual({ status: 2, output: 'It takes 3 different shares; there are 2.\n' });
});

test('a data key is rotated under load, killed again and again: no probe fails, and no second key is made', async () => {
  const keys = await home.addKeys(120);
  const { token } = await issueAccessToken(home, home.tenant.id, { name: 'test', role: 'admin' });
  const worker = await home.startWorker();
  const api = await startApi();
  const stopProbing = probeAllTheTime(api.origin, token.reveal(), keys[0]?.id ?? '');
  await home.untilRecorded(100, slowlyMs);

  const [old] = await dataKeysInUse();
  for (const resealed of [0, 1, 51]) {
    const { child, ended } = keyledger('data-key', 'rotate', '--tenant', 'acme');
    await eventually(
      'the point to kill at has come',
      async () => {
        const rows = await dataKeysInUse();
        const isRetired = (await countDataKeys()) === 2;
        return isRetired && rows.filter((id) => id !== old).length >= resealed;
      },
      slowlyMs,
    );
    child.kill('SIGKILL');
    expect((await ended).status).toBe('SIGKILL');
  }
  const last = await keyledger('data-key', 'rotate', '--tenant', 'acme').ended;
  expect(last).toMatchObject({ status: 0, output: expect.stringContaining('1 old data key removed') });
  expect(last.output).toContain('The rotation that had begun is done');
  expect(await countDataKeys()).toBe(1);
  const inUse = await dataKeysInUse();
  expect(inUse).toHaveLength(120);
  expect(new Set(inUse).size).toBe(1);
  expect(inUse[0]).not.toBe(old);

  const answers = await stopProbing();
  expect(await worker.stop()).toBe(0);
  expect(new Set([...answers, ...api.faults()])).toEqual(new Set(['200 ok']));
  expect(Object.keys(await outcomes())).toEqual(['ok']);
  expect(await verifyAudit(home, home.tenant.id)).toMatchObject({ fault: null });
}, 300_000);

/** Of each stored secret, the data key that it names. */
function dataKeysInUse(): Promise<string[]> {
  return withTenant(home.db, home.tenant.id, async (tx) => {
    const rows = await tx.providerKey.findMany({ select: { sealedSecret: true } });
    return rows.map(({ sealedSecret }) => sealedWith(sealedSecret ?? new Uint8Array()));
  });
}

function countDataKeys(): Promise<number> {
  return withTenant(home.db, home.tenant.id, (tx) => tx.tenantDataKey.count());
}
