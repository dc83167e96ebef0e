import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { isLoopback } from './is-loopback.js';
import { logLevels } from './logger.js';
import { parseUsd } from './money.js';
import { openTlsFiles, type TlsFile, tlsFilesIn } from './tls-files.js';
import { plaintextAllowField } from './tls-in-production.js';

/** A whole number of something, written in decimal digits. */
export function wholeNumber(range: { min: number; max: number; default: number }) {
  return z
    .string()
    .regex(/^\d{1,9}$/, 'must be a whole number')
    .transform(Number)
    .pipe(z.number().min(range.min, `must be at least ${range.min}`).max(range.max, `must be at most ${range.max}`))
    .default(range.default);
}

function urlOf(...protocols: string[]) {
  const names = protocols.map((protocol) => `${protocol}//`).join(' or ');
  // As it is written, too: `REDISS://` is the same URL, and ioredis would not take it for one with TLS.
  const fits = (text: string) => URL.canParse(text) && protocols.some((protocol) => text.startsWith(`${protocol}//`));
  return z.string().refine(fits, `must be a URL: ${names}…`);
}

/** A URL with files of TLS in its query, which the drivers read without telling whose fault it is when they cannot. */
function serverUrl(...protocols: string[]) {
  return urlOf(...protocols).superRefine((text, context) => {
    if (!URL.canParse(text)) return;
    for (const fault of faultsOfTlsFiles(text)) context.addIssue(fault);
  });
}

function faultsOfTlsFiles(url: string): string[] {
  const files = tlsFilesIn(url);
  const unreadable = files.flatMap(({ name, file }) => {
    const code = whyUnreadable(file);
    return code === null
      ? []
      : [`${name} in it names a file that cannot be read (${code}): correct the path, or put the file there`];
  });
  if (unreadable.length > 0) return unreadable;
  const has = (wanted: TlsFile['name']) => files.some(({ name }) => name === wanted);
  if (has('sslcert') !== has('sslkey')) return ['sslcert and sslkey in it belong together: give both'];
  try {
    openTlsFiles(url);
    return [];
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return [
      `${files.map(({ name }) => name).join(', ')} in it cannot be used (${code}): PEM is wanted, and of a certificate its own key`,
    ];
  }
}

function whyUnreadable(file: string): string | null {
  try {
    readFileSync(file);
    return null;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? 'unknown reason';
  }
}

const redisUrl = serverUrl('redis:', 'rediss:').refine(
  (text) => text.startsWith('rediss://') || !URL.canParse(text) || tlsFilesIn(text).length === 0,
  'must be rediss://, as it names files for TLS',
);

/** Whether what is sent to this URL goes over TLS, or stays on this very machine. */
export function isTrustworthyUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname } = new URL(text);
  return protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname));
}

const usd = z.string().refine((text) => {
  try {
    return parseUsd(text) >= 0n;
  } catch {
    return false;
  }
}, 'must be an amount of USD such as 0.05');

/** The first access token, read by the api and by what starts it. */
export const apiKeyField = z
  .string()
  .min(16, 'must have at least 16 characters')
  .max(512, 'must have at most 512 characters')
  .regex(/^[\x21-\x7e]+$/, 'must be printable ASCII without white space, as it travels in a header')
  .optional();

const fewestInProduction = 32;

/** A check of a schema with NODE_ENV and API_KEY; its fault is told together with others. */
export const strongApiKeyInProduction = z.refine<{ NODE_ENV: string; API_KEY?: string | undefined }>(
  ({ NODE_ENV, API_KEY }) => NODE_ENV !== 'production' || API_KEY === undefined || API_KEY.length >= fewestInProduction,
  {
    path: ['API_KEY'],
    error: `must have at least ${fewestInProduction} characters when NODE_ENV=production`,
    when: ({ value }) => typeof value === 'object' && value !== null,
  },
);

/** Events are taken up to 35 days back, so no month that they belong to may be gone. */
const fewestRetentionDays = 35;
const retentionDays = wholeNumber({ min: 0, max: 36_500, default: 0 }).refine(
  (days) => days === 0 || days >= fewestRetentionDays,
  `must be 0, for ever, or at least ${fewestRetentionDays}`,
);

/** What every program reads that connects to the database. */
export const databaseConfigFields = {
  NODE_ENV: z.enum(['production', 'development', 'test']).default('development'),
  DATABASE_URL: serverUrl('postgres:', 'postgresql:'),
  PLAINTEXT_ALLOW: plaintextAllowField,
  /** Node's own. */
  NODE_TLS_REJECT_UNAUTHORIZED: z.string().optional(),
};

/**
 * The variables that api and worker both read, so that each is described and checked once. Production never invents a
 * secret: there the master key and the database must be given.
 */
export const sharedConfigFields = {
  ...databaseConfigFields,
  REDIS_URL: redisUrl.optional(),
  MASTER_KEY: z.string().optional(),
  MASTER_KEY_FILE: z.string().optional(),
  MASTER_KEY_PREVIOUS: z.string().optional(),
  MASTER_KEY_PREVIOUS_FILE: z.string().optional(),
  MASTER_KEY_KMS_URL: z.string().optional(),
  MASTER_KEY_KMS_KEY: z.string().optional(),
  MASTER_KEY_KMS_TOKEN_FILE: z.string().optional(),
  MASTER_KEY_KMS_MOUNT: z.string().default('transit'),
  OPENAI_BASE_URL: urlOf('https:', 'http:').default('https://api.openai.com/v1'),
  OPENAI_MODEL: z.string().min(1).max(200).default('gpt-4o-mini'),
  PROBE_INTERVAL_SECS: wholeNumber({ min: 10, max: 604_800, default: 300 }),
  PROBE_DEADLINE_MS: wholeNumber({ min: 500, max: 120_000, default: 10_000 }),
  PROBE_DAILY_CAP_USD: usd.default('0.05'),
  PROBE_FAILURES_BEFORE_DEAD: wholeNumber({ min: 1, max: 100, default: 3 }),
  IMPORT_INTERVAL_SECS: wholeNumber({ min: 60, max: 604_800, default: 900 }),
  IMPORT_HISTORY_DAYS: wholeNumber({ min: 7, max: 3_650, default: 1_100 }),
  USAGE_RETENTION_DAYS: retentionDays,
  LOG_LEVEL: z.enum(logLevels).default('info'),
};
