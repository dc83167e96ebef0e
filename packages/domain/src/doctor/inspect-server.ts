import type { Clock } from '#core/clock.js';
import type { OwnerConnection } from '#db/with-owner-connection.js';
import type { Finding } from './finding.js';

const oldestVersion = 16;
/** Instants are compared across both clocks: leases, expiry of tokens and sessions, days of bills. */
const offIsWorthTellingMs = 2_000;
const offIsTooMuchMs = 30_000;

/** The server itself: its version, and its clock beside ours. */
export async function inspectServer(connection: OwnerConnection, clock: Clock): Promise<Finding[]> {
  const { rows } = await connection.query<{ version: string; major: number; encoding: string }>(
    `SELECT current_setting('server_version') AS version, current_setting('server_version_num')::int / 10000 AS major,
       current_setting('server_encoding') AS encoding`,
  );
  const server = rows[0] ?? { version: 'unknown', major: 0, encoding: '' };
  return [describeServer(server), describeClock(await measureOffset(connection, clock))];
}

function describeServer({ version, major, encoding }: { version: string; major: number; encoding: string }): Finding {
  const subject = 'Database';
  if (major < oldestVersion) {
    const remedy = `Upgrade it to PostgreSQL ${oldestVersion} or newer.`;
    return { subject, state: 'fail', says: `PostgreSQL ${version} is too old.`, remedy };
  }
  if (encoding !== 'UTF8') {
    const remedy = 'Make a database with ENCODING UTF8, and restore a backup into it.';
    return { subject, state: 'fail', says: `Its encoding is ${encoding}.`, remedy };
  }
  return { subject, state: 'ok', says: `PostgreSQL ${version}, reached` };
}

/** How far its clock is ahead of ours, in milliseconds, to within half of the time that the question took. */
async function measureOffset(connection: OwnerConnection, clock: Clock): Promise<number> {
  const askedAt = clock.now().getTime();
  const { rows } = await connection.query<{ now: Date }>('SELECT clock_timestamp() AS now');
  const answeredAt = clock.now().getTime();
  return (rows[0]?.now.getTime() ?? Number.NaN) - (askedAt + answeredAt) / 2;
}

function describeClock(offsetMs: number): Finding {
  const subject = 'Clock';
  const off = Math.abs(offsetMs);
  if (off < offIsWorthTellingMs) return { subject, state: 'ok', says: 'agrees with the database’s' };
  const says = `The database’s is ${(off / 1000).toFixed(0)} s ${offsetMs > 0 ? 'ahead of' : 'behind'} this machine’s.`;
  const remedy = 'Let both machines keep their time by NTP; then restart what runs.';
  return { subject, state: off < offIsTooMuchMs ? 'warn' : 'fail', says, remedy };
}
