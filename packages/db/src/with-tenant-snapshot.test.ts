import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestInstallation, type TestInstallation } from '#testing/test-installation.js';
import { type Database, openDatabase } from './database.js';
import { DatabaseUnreachableError } from './database-unreachable-error.js';
import { isDatabaseAway } from './is-database-away.js';
import type { Reader } from './reader.js';
import { Prisma } from './rows.js';
import { withOwnerConnection } from './with-owner-connection.js';
import { type SnapshotReader, withTenantSnapshot } from './with-tenant-snapshot.js';
import { withTenant } from './with-tenant.js';

let home: TestInstallation;
/** One connection, so that whoever comes next has the same. */
let db: Database;
let acme: string;
let other: string;
beforeAll(async () => {
  home = await createTestInstallation();
  db = openDatabase({ url: home.url, poolSize: 1 });
  acme = (await home.addTenant('acme')).id;
  other = (await home.addTenant('other')).id;
});
afterAll(async () => {
  await db.close();
  await home.close();
});

const slugs = async (reader: Reader) =>
  (await reader.$queryRaw<{ slug: string }[]>`SELECT slug FROM tenant ORDER BY slug`).map(({ slug }) => slug);
const snapshotOf = <T>(tenantId: string, work: (reader: SnapshotReader) => Promise<T>) =>
  withTenantSnapshot(db, tenantId, work);

test('a snapshot sees its tenant alone, also on a connection with another’s statements', async () => {
  // More often than Postgres plans a statement anew for each of its parameters.
  for (let time = 0; time < 8; time += 1) {
    expect(await snapshotOf(acme, slugs)).toEqual(['acme']);
    expect(await snapshotOf(other, slugs)).toEqual(['other']);
    expect(await db.app.$queryRaw`SELECT slug FROM tenant`).toEqual([]);
  }
});

test.each([undefined, 'each-time', 'once'] as const)(
  'a statement is planned as its reader says, in turns and after %s',
  async (planning) => {
    const word = `planned after ${planning ?? 'nothing'}`;
    const plansOf = async (reader: Reader) => {
      const [plans] = await reader.$queryRaw<{ custom: number; generic: number }[]>`
      SELECT sum(custom_plans)::float8 AS custom, sum(generic_plans)::float8 AS generic FROM pg_prepared_statements
      WHERE statement LIKE ${`%${word}%`}`;
      return plans;
    };
    const answered = async (reader: SnapshotReader) => {
      const [once, each] = [reader.planned('once'), reader.planned('each-time')];
      const ask = (by: Reader, value: string) =>
        by.$queryRaw(Prisma.sql`SELECT ${Prisma.raw(`'${word}'`)} WHERE 'a' = ${value}`);
      await Promise.all([ask(once, 'a'), ask(each, 'b'), ask(once, 'c'), ask(once, 'd'), ask(each, 'e')]);
      return plansOf(once);
    };
    expect(await withTenantSnapshot(db, acme, answered, { planning })).toEqual({ custom: 2, generic: 3 });
  },
);

test('it stays as it was, whatever is written meanwhile', async () => {
  const names = await snapshotOf(acme, async (reader) => {
    const name = () => reader.$queryRaw`SELECT name FROM tenant`;
    const before = await name();
    await withTenant(home.db, acme, (tx) => tx.tenant.updateMany({ data: { name: `renamed ${Date.now()}` } }));
    return [before, await name()];
  });
  expect(names[1]).toEqual(names[0]);
});

test('nothing can be written', async () => {
  const written = snapshotOf(acme, (reader) => reader.$queryRaw`UPDATE tenant SET name = 'written'`);
  await expect(written).rejects.toThrow(/read-only transaction/);
  const outside = snapshotOf(acme, (reader) => reader.$queryRaw`COMMIT`);
  await outside;
  expect(await db.app.$queryRaw`SELECT slug FROM tenant`).toEqual([]);
});

test('what a failed snapshot left running never asks on the connection of the next one', async () => {
  let ask: (() => Promise<string[]>) | undefined;
  const failed = snapshotOf(acme, (reader) => {
    ask = () => slugs(reader);
    return Promise.all([reader.$queryRaw`SELECT pg_sleep(0.05)`, Promise.reject(new Error('on purpose'))]);
  });
  await expect(failed).rejects.toThrow('on purpose');
  await snapshotOf(other, async (reader) => {
    await expect(ask?.()).rejects.toThrow('The snapshot is closed');
    expect(await slugs(reader)).toEqual(['other']);
  });
});

test('after a question that fails, the connection serves the next one', async () => {
  await expect(snapshotOf(acme, (reader) => reader.$queryRaw`SELECT 1 / 0`)).rejects.toThrow(/division by zero/);
  expect(await snapshotOf(other, slugs)).toEqual(['other']);
});

/** Where `BEGIN` fails; its one connection is closed once everything is answered. */
function openUnableToBegin(): Database {
  const unable = openDatabase({ url: home.url, poolSize: 1 });
  unable.appPool.once('connect', (client) => {
    const ask = client.query.bind(client) as (text: unknown) => unknown;
    const instead = (text: unknown) => ask(String(text).startsWith('BEGIN') ? 'SELECT 1 / 0' : text);
    Object.assign(client, { query: instead });
  });
  return unable;
}

test('where a snapshot cannot begin, none of its questions has an answer', async () => {
  const failing = openUnableToBegin();
  let answer: Promise<unknown> | undefined;
  const failed = withTenantSnapshot(failing, acme, (reader) => (answer = reader.$queryRaw`SELECT 1`));
  await expect(failed).rejects.toThrow(/division by zero/);
  await expect(answer).rejects.toThrow(/division by zero/);
  await failing.close();
});

test('where a snapshot cannot begin and its work throws at once, nothing is left unheard that would end the process', async () => {
  const unheard: unknown[] = [];
  const onUnheard = (reason: unknown) => unheard.push(reason);
  const failing = openUnableToBegin();
  process.on('unhandledRejection', onUnheard);
  try {
    const failed = withTenantSnapshot(failing, acme, () => {
      throw new Error('on purpose');
    });
    await expect(failed).rejects.toThrow(/on purpose|division by zero/);
    await failing.close();
    await setImmediate();
  } finally {
    process.off('unhandledRejection', onUnheard);
  }
  expect(unheard).toEqual([]);
});

test('questions are answered in their order, each with its own, also when one is asked twice or fails', async () => {
  const answers = await snapshotOf(acme, (reader) => {
    const number = (value: number) => reader.$queryRaw`SELECT ${value}::int AS number`;
    return Promise.allSettled([number(1), number(2), reader.$queryRaw`SELECT 1 / 0`, number(3)]);
  });
  expect(answers.map((one) => (one.status === 'fulfilled' ? one.value : String(one.reason)))).toEqual([
    [{ number: 1 }],
    [{ number: 2 }],
    expect.stringContaining('division by zero'),
    expect.stringContaining('current transaction is aborted'),
  ]);
});

test('a question that takes too long is one that may succeed later', async () => {
  const slow = snapshotOf(acme, async (reader) => {
    await reader.$queryRaw`SELECT set_config('statement_timeout', '20ms', true)`;
    return reader.$queryRaw`SELECT pg_sleep(5)`;
  });
  expect(isDatabaseAway(await slow.catch((reason: unknown) => reason))).toBe(true);
});

test('what is not a tenant id is refused, whatever SQL it holds', async () => {
  for (const id of ['', 'acme', `${acme}', true); DROP TABLE tenant; --`]) {
    await expect(snapshotOf(id, slugs)).rejects.toThrow('A tenant is named by its uuid');
  }
});

test('values arrive as they do from Prisma', async () => {
  const [row] = await snapshotOf(
    acme,
    (reader) => reader.$queryRaw<unknown[]>`
      SELECT ${9_007_199_254_740_993n}::bigint AS big, ${'2026-03-29'}::date AS day, ${['a', 'b,"c"']}::text[] AS texts,
        ${new Date(12)}::timestamptz AS at, ${1.5}::float8 AS number, ${null}::text AS nothing, '{"a":1}'::jsonb AS json`,
  );
  expect(row).toEqual({
    big: 9_007_199_254_740_993n,
    day: new Date('2026-03-29T00:00:00Z'),
    texts: ['a', 'b,"c"'],
    at: new Date(12),
    number: 1.5,
    nothing: null,
    json: { a: 1 },
  });
});

test('a connection that is lost says so, and is replaced', async () => {
  const lost = snapshotOf(acme, async (reader) => {
    const [row] = await reader.$queryRaw<{ pid: number }[]>`SELECT pg_backend_pid() AS pid`;
    await withOwnerConnection(home.url, (owner) => owner.query('SELECT pg_terminate_backend($1, 5000)', [row?.pid]));
    return slugs(reader);
  });
  const error: unknown = await lost.catch((reason: unknown) => reason);
  expect(isDatabaseAway(error)).toBe(true);
  expect(await snapshotOf(other, slugs)).toEqual(['other']);
});

test('a connection that is cut in the very moment it is made is told as one, and ends no process', async () => {
  const message = (kind: string, content: Buffer) => {
    const length = Buffer.alloc(4);
    length.writeInt32BE(content.length + 4);
    return Buffer.concat([Buffer.from(kind), length, content]);
  };
  const cut = [
    message('R', Buffer.alloc(4)),
    message('Z', Buffer.from('I')),
    message('E', Buffer.from('SFATAL\0C57P01\0Mterminating connection due to administrator command\0\0')),
  ];
  const server = createServer((socket) => socket.once('data', () => socket.end(Buffer.concat(cut))));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const cutting = openDatabase({ url: `postgres://nobody@127.0.0.1:${(server.address() as AddressInfo).port}/none` });
  try {
    const asked = withTenantSnapshot(cutting, acme, slugs);
    await expect(asked).rejects.toBeInstanceOf(DatabaseUnreachableError);
  } finally {
    await cutting.close();
    server.close();
  }
});

test('a database that cannot be reached is told as one', async () => {
  const url = new URL(home.url);
  url.port = '1';
  const away = openDatabase({ url: url.href, poolSize: 1 });
  const error: unknown = await withTenantSnapshot(away, acme, slugs).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(DatabaseUnreachableError);
  expect(isDatabaseAway(error)).toBe(true);
  await away.close();
});

test.each([
  ['each-time', 'force_custom_plan'],
  ['once', 'force_generic_plan'],
  [undefined, 'auto'],
] as const)('statements are planned %s within the snapshot, and the connection forgets it', async (planning, mode) => {
  const modeOf = (reader: Reader) =>
    reader.$queryRaw<{ mode: string }[]>`SELECT current_setting('plan_cache_mode') AS mode`;
  expect(await withTenantSnapshot(db, acme, modeOf, { planning })).toEqual([{ mode }]);
  expect(await modeOf(db.app)).toEqual([{ mode: 'auto' }]);
});
