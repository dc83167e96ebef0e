import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { createLogger } from '#core/logger.js';
import { eventually } from '#testing/eventually.js';
import { createTestAuthority } from '#testing/test-certificate.js';
import { startTestPostgres } from '#testing/test-postgres.js';
import { openDatabase } from './database.js';
import { migrate } from './migrate.js';
import { openQueuePool } from './open-queue-pool.js';
import { type OwnerConnection, withOwnerConnection } from './with-owner-connection.js';

const authority = createTestAuthority('the operator');
const stranger = createTestAuthority('a stranger');
const login = 'by_certificate';

let server: Awaited<ReturnType<typeof startTestPostgres>>;
let folder: string;
const fileOf = (name: string) => join(folder, name);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keyledger-tls-'));
  const ofLogin = authority.issue({ host: login });
  await writeFile(fileOf('authority.crt'), authority.certificate);
  await writeFile(fileOf('stranger.crt'), stranger.certificate);
  await writeFile(fileOf('login.crt'), ofLogin.certificate);
  await writeFile(fileOf('login.key'), ofLogin.key, { mode: 0o600 });
  server = await startTestPostgres();
  await migrate(server.url, { logger: createLogger({ name: 'test', level: 'silent' }) });
  await withOwnerConnection(server.url, turnTlsOn);
});
afterAll(async () => {
  await server?.stop();
  await rm(folder, { recursive: true, force: true });
});

/** With a certificate for `localhost`, and for one login a certificate in place of a password. */
async function turnTlsOn(administrator: OwnerConnection): Promise<void> {
  const { certificate, key } = authority.issue({ host: 'localhost' });
  // By the server, as its folder may be another user's.
  const write = (text: string, command: string) =>
    administrator.query(`COPY (SELECT unnest(string_to_array('${text.trim()}', E'\\n'))) TO PROGRAM '${command}'`);
  await write(certificate, 'cat > tls.crt');
  await write(key, 'umask 077 && cat > tls.key');
  await write(authority.certificate, 'cat > authority.crt');
  await write(`hostssl all ${login} all cert`, 'cat - pg_hba.conf > new && cat new > pg_hba.conf');
  await administrator.query(`CREATE ROLE ${login} LOGIN IN ROLE keyledger_app, keyledger_unscoped, keyledger_queue`);
  const settings = { ssl_cert_file: 'tls.crt', ssl_key_file: 'tls.key', ssl_ca_file: 'authority.crt', ssl: 'on' };
  for (const [name, value] of Object.entries(settings)) {
    await administrator.query(`ALTER SYSTEM SET ${name} = '${value}'`);
  }
  await administrator.query('SELECT pg_reload_conf()');
  await eventually('the server has read its settings anew', async () => {
    const { rows } = await administrator.query<{ ssl: string }>('SHOW ssl');
    return rows[0]?.ssl === 'on';
  });
}

/** The server's address as it is given where TLS is demanded. */
function addressOf(host: string, query: Record<string, string> = {}): string {
  const url = new URL(server.url);
  url.hostname = host;
  const demanded = { sslmode: 'verify-full', sslrootcert: fileOf('authority.crt') };
  for (const [name, value] of Object.entries({ ...demanded, ...query })) url.searchParams.set(name, value);
  return url.href;
}

const connect = (url: string) => withOwnerConnection(url, (connection) => connection.query('SELECT 1'));

test('every connection to Postgres is over TLS where the address demands it', async () => {
  const db = openDatabase({ url: addressOf('localhost'), poolSize: 1 });
  const queue = openQueuePool({ url: addressOf('localhost'), poolSize: 1 });
  try {
    await Promise.all([db.app.$queryRaw`SELECT 1`, db.unscoped.$queryRaw`SELECT 1`, queue.query('SELECT 1')]);
    const { rows } = await withOwnerConnection(addressOf('localhost'), (administrator) =>
      administrator.query(`
        SELECT application_name AS program, ssl FROM pg_stat_ssl JOIN pg_stat_activity USING (pid)
        WHERE application_name LIKE 'keyledger_%' ORDER BY 1`),
    );
    const programs = ['keyledger_app', 'keyledger_owner', 'keyledger_queue', 'keyledger_unscoped'];
    expect(rows).toEqual(programs.map((program) => ({ program, ssl: true })));
  } finally {
    await queue.end();
    await db.close();
  }
});

test('a certificate of another authority, or of another host, is refused', async () => {
  const asStranger = addressOf('localhost', { sslrootcert: fileOf('stranger.crt') });
  await expect(connect(asStranger)).rejects.toThrow('its certificate is of an authority that is not trusted here');
  await expect(connect(addressOf('127.0.0.1'))).rejects.toThrow('its certificate is of another host');
});

test('a server without TLS is not talked to without it', async () => {
  const url = new URL(inject('testPostgresUrl'));
  url.searchParams.set('sslmode', 'verify-full');
  await expect(connect(url.href)).rejects.toThrow('it has no TLS, which its address demands');
});

test('a login can have a certificate in place of a password', async () => {
  const url = new URL(addressOf('localhost', { sslcert: fileOf('login.crt'), sslkey: fileOf('login.key') }));
  [url.username, url.password] = [login, ''];
  const db = openDatabase({ url: url.href, poolSize: 1 });
  try {
    expect(await db.app.$queryRaw`SELECT session_user::text AS login`).toEqual([{ login }]);
  } finally {
    await db.close();
  }
  url.searchParams.delete('sslcert');
  url.searchParams.delete('sslkey');
  await expect(connect(url.href)).rejects.toThrow('it refuses this user');
});
