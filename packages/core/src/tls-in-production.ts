import { z } from 'zod';
import { isLoopback } from './is-loopback.js';

const hostName = /^(\[[0-9a-f:.]+\]|[\w.-]+)$/i;

/** Hosts of Postgres and Redis that production may talk to without TLS. */
export const plaintextAllowField = z
  .string()
  .transform((text) => text.split(',').map((part) => part.trim()))
  .refine(
    (hosts) => hosts.every((host) => hostName.test(host)),
    'must be hosts as they stand in DATABASE_URL and REDIS_URL, such as postgres,redis',
  )
  .default([]);

interface Connections {
  NODE_ENV: string;
  DATABASE_URL?: string | undefined;
  REDIS_URL?: string | undefined;
  PLAINTEXT_ALLOW: readonly string[];
  NODE_TLS_REJECT_UNAUTHORIZED?: string | undefined;
}

/**
 * A check of a schema with these: production talks to Postgres and Redis over TLS and has their certificates checked, except on
 * this very machine and at hosts that were named (OWASP ASVS 5.0, 12.3.1). What it finds is told together with other faults.
 */
export const tlsInProduction = z.superRefine<Connections>(
  (config, context) => {
    for (const [name, fault] of findFaults(config)) context.addIssue({ code: 'custom', path: [name], message: fault });
  },
  { when: ({ value }) => areReadable(value) },
);

function* findFaults(config: Connections): Generator<[name: string, fault: string]> {
  if (config.NODE_ENV !== 'production') return;
  const { DATABASE_URL: databaseUrl, REDIS_URL: redisUrl, PLAINTEXT_ALLOW: allowed } = config;
  const postgres = databaseUrl === undefined ? undefined : readPostgresUrl(databaseUrl);
  const redis = redisUrl === undefined ? undefined : readRedisUrl(redisUrl);
  const mayBe = ({ isOverTls, host }: Connection) => isOverTls || isHere(host) || allowed.includes(host);
  const orElse = 'when NODE_ENV=production, or its host must stand in PLAINTEXT_ALLOW';
  if (postgres && !mayBe(postgres)) yield ['DATABASE_URL', `must have sslmode=verify-full in its query ${orElse}`];
  if (redis && !mayBe(redis)) yield ['REDIS_URL', `must be rediss://, without tls in its query, ${orElse}`];
  if (config.NODE_TLS_REJECT_UNAUTHORIZED === '0' && (postgres?.isOverTls || redis?.isOverTls)) {
    yield [
      'NODE_TLS_REJECT_UNAUTHORIZED',
      'must not be 0 when NODE_ENV=production, as nobody would check the certificates of Postgres and Redis (an authority ' +
        'of your own belongs into NODE_EXTRA_CA_CERTS)',
    ];
  }
}

interface Connection {
  host: string;
  isOverTls: boolean;
}

/** As `pg` does: what the query says comes before the rest, and the last of several before the first. */
function readPostgresUrl(text: string): Connection {
  const { hostname, searchParams } = new URL(text);
  const last = (name: string) => searchParams.getAll(name).at(-1);
  return { host: last('host') || hostOf(hostname), isOverTls: last('sslmode') === 'verify-full' };
}

/** Percent signs are a socket's path; where they are none, it is the host of no server here. */
function hostOf(hostname: string): string {
  try {
    return decodeURIComponent(hostname);
  } catch {
    return hostname;
  }
}

/** As ioredis does, for which a `tls` in the query comes before the protocol. */
function readRedisUrl(text: string): Connection {
  const { protocol, hostname, searchParams } = new URL(text);
  return { host: hostname, isOverTls: protocol === 'rediss:' && !searchParams.has('tls') };
}

/** A path is that of a socket. */
function isHere(host: string): boolean {
  return isLoopback(host) || host.startsWith('/');
}

/** Whether they were usable so far; what was not is a fault of its own. */
function areReadable(value: unknown): boolean {
  const {
    DATABASE_URL: databaseUrl,
    REDIS_URL: redisUrl,
    PLAINTEXT_ALLOW: allowed,
  } = (value ?? {}) as Partial<Record<keyof Connections, unknown>>;
  const isUrl = (url: unknown) => url === undefined || (typeof url === 'string' && URL.canParse(url));
  return isUrl(databaseUrl) && isUrl(redisUrl) && Array.isArray(allowed);
}
