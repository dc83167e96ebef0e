import { Problem } from '#core/problem.js';
import type { Tx } from '#db/database.js';
import { Prisma } from '#db/rows.js';
import type { Book, BookFilter, BookGroup, BookQuery, DaySpan } from './book.js';
import { type BookDimension, dimensionColumn, halfMonthLevelFor, levelFor } from './book-levels.js';
import { hoursOfSpans, type HourSource } from './hours-of-spans.js';

const hourMs = 3_600_000;
const nilUuid = '00000000-0000-0000-0000-000000000000';

/**
 * The beginning of a statement that answers a query: `WITH …`, ending in `figure`, which has day, group and columns of
 * sums, several rows of the same day and group. They come from `half_month_sum` where a half lies within one of `wholes`,
 * and then stand at its first day; from `day_sum` as far as days are summed; and from the hours beyond. One statement
 * reads all of them, so nothing is missed or counted twice while days are being summed.
 * @throws Problem `invalid-request` for end users of another book than the measured one, or of a part of it
 */
export async function withBookFigures(
  tx: Tx,
  tenantId: string,
  query: BookQuery,
  wholes: readonly DaySpan[],
): Promise<Prisma.Sql> {
  const { book, fromDay, toDay, by, only = {}, and, groups } = query;
  if (by === 'end-user' && (book !== 'measured' || and || dimensionsOf({ book, by: 'none', only }).size > 0)) {
    throw noEndUsers();
  }
  const isUtc = query.calendar === 'utc' || book === 'billed';
  const zone = isUtc ? { name: 'UTC', isCut: false } : await readZone(tx, tenantId, query);
  const question = { tenantId, book, by, and, only, groups, zone };
  const hasHalves = wholes.length > 0 && halfMonthLevelFor(book, dimensionsOf(question)) !== undefined;
  const half = Prisma.sql`
    SELECT h.day, h.last_day FROM summed_half_month h
      JOIN unnest(${wholes.map((one) => one.fromDay)}::date[], ${wholes.map((one) => one.toDay)}::date[])
        AS whole(from_day, to_day) ON h.day >= whole.from_day AND h.last_day <= whole.to_day
    WHERE h.tenant_id = ${tenantId}::uuid AND h.book = ${book} AND h.zone = ${zone.name}`;
  const days = Prisma.sql`
    SELECT d::date AS day, d AT TIME ZONE ${zone.name} AS begins, (d + interval '1 day') AT TIME ZONE ${zone.name} AS ends,
      s.summed_to
    FROM generate_series(${fromDay}::date::timestamp, ${toDay}::date::timestamp, '1 day') AS d
      LEFT JOIN summed_day s ON s.tenant_id = ${tenantId}::uuid AND s.book = ${book} AND s.zone = ${zone.name}
        AND s.day = d::date`;
  const others = Prisma.sql`WHERE NOT EXISTS (SELECT FROM half WHERE d::date BETWEEN half.day AND half.last_day)`;
  return hasHalves
    ? Prisma.sql`WITH half AS MATERIALIZED (${half}), ${figureParts(question, Prisma.sql`${days} ${others}`, { hasHalves })}`
    : Prisma.sql`WITH ${figureParts(question, days, { hasHalves })}`;
}

interface InstantsQuery {
  /** Included; an absent end is open. */
  from: Date | undefined;
  /** Excluded. */
  to: Date | undefined;
  by: BookGroup;
  only: BookFilter;
}

/** The same of the measured book between two instants, exact to the record as long as there are records. */
export function withMeasuredFigures(tenantId: string, { from, to, by, only }: InstantsQuery): Prisma.Sql {
  const isCut = [from, to].some((at) => at !== undefined && at.getTime() % hourMs !== 0);
  const days = Prisma.sql`
    SELECT d::date AS day, GREATEST(d AT TIME ZONE 'UTC', from_at) AS begins,
      LEAST((d + interval '1 day') AT TIME ZONE 'UTC', to_at) AS ends,
      CASE WHEN d AT TIME ZONE 'UTC' >= from_at AND s.summed_to <= to_at THEN s.summed_to END AS summed_to
    FROM (
        SELECT GREATEST(${from ?? null}::timestamptz, date_trunc('day', first, 'UTC')) AS from_at,
          LEAST(${to ?? null}::timestamptz, date_trunc('day', last, 'UTC') + interval '1 day') AS to_at
        FROM (SELECT (SELECT min(hour) FROM usage_hourly WHERE tenant_id = ${tenantId}::uuid) AS first,
          (SELECT max(hour) FROM usage_hourly WHERE tenant_id = ${tenantId}::uuid) AS last) AS known
      ) AS bounds, generate_series((from_at AT TIME ZONE 'UTC')::date::timestamp, to_at AT TIME ZONE 'UTC', '1 day') AS d
      LEFT JOIN summed_day s ON s.tenant_id = ${tenantId}::uuid AND s.book = 'measured' AND s.zone = 'UTC'
        AND s.day = d::date
    WHERE from_at < to_at AND d AT TIME ZONE 'UTC' < to_at`;
  const question = { tenantId, book: 'measured' as const, by, only, zone: { name: 'UTC', isCut } };
  return Prisma.sql`WITH ${figureParts(question, days, { hasHalves: false })}`;
}

/** Parts of a `WITH`, after `half` where there is one: the days that are left, and the figures of both. */
function figureParts(question: Question, days: Prisma.Sql, { hasHalves }: { hasHalves: boolean }): Prisma.Sql {
  const owner = Prisma.sql`
    owner AS MATERIALIZED (
      SELECT provider_key_id::text AS key_id, min(project_id) AS project_id, min(organization_id::text) AS organization_id
      FROM openai_api_key WHERE tenant_id = ${question.tenantId}::uuid AND provider_key_id IS NOT NULL GROUP BY 1
    ),`;
  return Prisma.sql`
    known_day AS MATERIALIZED (${days}),
    span AS MATERIALIZED (
      SELECT day, COALESCE(summed_to, begins) AS begins, ends FROM known_day WHERE summed_to IS NULL OR summed_to < ends
    ),
    ${question.book === 'measured' ? owner : Prisma.empty}
    figure AS (${figures(question, { hasHalves })})`;
}

interface Zone {
  name: string;
  /** Whether a day of the range begins or ends within an hour. */
  isCut: boolean;
}

async function readZone(tx: Tx, tenantId: string, { fromDay, toDay }: BookQuery): Promise<Zone> {
  const [zone] = await tx.$queryRaw<Zone[]>`
    SELECT reporting_time_zone AS name, EXISTS (
      SELECT FROM generate_series(${fromDay}::date::timestamp, ${toDay}::date + interval '1 day', '1 day') AS d
      WHERE extract(epoch FROM d AT TIME ZONE reporting_time_zone) % 3600 <> 0) AS "isCut"
    FROM tenant WHERE id = ${tenantId}::uuid`;
  if (!zone) throw new Error('a book needs a tenant that exists');
  return zone;
}

function noEndUsers(): Problem {
  return new Problem('invalid-request', {
    detail: 'End users are known to the measured book alone, and of all of it at once.',
  });
}

const sumColumns = Prisma.sql`records, requests, input_tokens, input_cached_tokens, output_tokens, cost_usd,
  unpriced_requests, estimated_requests`;

interface Question {
  tenantId: string;
  book: Book;
  by: BookGroup;
  and?: BookQuery['and'];
  only: BookFilter;
  groups?: BookQuery['groups'];
  zone: Zone;
}

function figures(question: Question, { hasHalves }: { hasHalves: boolean }): Prisma.Sql {
  const { tenantId, book, by, and, only, groups, zone } = question;
  const source: HourSource = by === 'end-user' ? 'end-users' : book;
  const dimensions = dimensionsOf(question);
  const isOwners = book === 'measured' && (by === 'project' || by === 'organization');
  const owned = isOwners ? Prisma.sql`LEFT JOIN owner USING (key_id)` : Prisma.empty;
  const column = by === 'none' ? `''` : `${isOwners ? 'owner' : 's'}.${groupColumn[by]}`;
  const orNull = `NULLIF(${column}, '')`;
  const group = Prisma.raw(book === 'measured' && by === 'key' ? `NULLIF(${orNull}, '${nilUuid}')` : orNull);
  // Whoever asks for some groups keeps to them anyway; named by their column, an index has them.
  const isIndexed = groups && (by === 'key' || by === 'model' || by === 'end-user' || (by === 'project' && !isOwners));
  const some = isIndexed
    ? Prisma.sql`AND ${Prisma.raw(column)} = ANY(${groups.flatMap((one) => one ?? ['', nilUuid])}::text[])`
    : Prisma.empty;
  const also = and ? Prisma.raw(`, NULLIF(s.${groupColumn[and]}, '') AS also`) : Prisma.empty;
  const sumsOf = (table: 'half_month_sum' | 'day_sum', level: string, days: Prisma.Sql) => Prisma.sql`
    SELECT s.day, ${group} AS "group"${also}, ${sumColumns} FROM ${Prisma.raw(table)} s ${owned}
    WHERE s.tenant_id = ${tenantId}::uuid AND s.zone = ${zone.name} AND s.book = ${book} AND s.level = ${level}
      AND s.day = ANY(ARRAY(${days})) AND ${matching(book, only)} ${some}`;
  const halfLevel = hasHalves ? halfMonthLevelFor(book, dimensions) : undefined;
  const ofHalves =
    halfLevel && Prisma.sql`UNION ALL ${sumsOf('half_month_sum', halfLevel, Prisma.sql`SELECT day FROM half`)}`;
  return Prisma.sql`
    WITH ${hoursOfSpans({ tenantId, source, isCut: zone.isCut })}
    ${sumsOf('day_sum', levelFor(book, dimensions), Prisma.sql`SELECT day FROM known_day WHERE summed_to IS NOT NULL`)}
    ${ofHalves ?? Prisma.empty}
    UNION ALL
    SELECT s.day, ${group}${also}, ${sumColumns} FROM hours s ${owned} WHERE ${matching(book, only)}`;
}

const groupColumn = {
  ...dimensionColumn,
  organization: 'organization_id::text',
} satisfies Record<Exclude<BookGroup, 'none'>, string>;

/** What the sums must tell apart. What was measured is told apart by key where projects and organizations are meant. */
function dimensionsOf({ book, by, and, only }: Pick<Question, 'book' | 'by' | 'and' | 'only'>): Set<BookDimension> {
  const byOwner: BookDimension[] = book === 'measured' ? ['key'] : [];
  const dimensions = new Set<BookDimension>();
  const add = (...wanted: BookDimension[]) => wanted.forEach((one) => dimensions.add(one));
  if (by === 'organization' || only.organizationId !== undefined) add(...byOwner);
  if (by === 'project' || only.projectId !== undefined) add(...(book === 'measured' ? byOwner : ['project' as const]));
  if (by === 'key' || only.keyId !== undefined || only.keyIds !== undefined) add('key');
  if (by === 'model' || only.model !== undefined) add('model');
  if (book !== 'billed' && (by === 'tier' || only.tier !== undefined)) add('tier');
  if (by === 'kind' || only.kind !== undefined) add('kind');
  if (by === 'end-user') add('end-user');
  if (and) add(and);
  return dimensions;
}

function matching(book: Book, { organizationId, projectId, keyId, keyIds, model, tier, kind }: BookFilter): Prisma.Sql {
  const owns = (column: 'project_id' | 'organization_id', id: string) => {
    const keys = (condition: Prisma.Sql) =>
      Prisma.sql`(s.key_id = ANY(ARRAY(SELECT key_id FROM owner WHERE ${condition})))`;
    return id === '' ? Prisma.sql`NOT ${keys(Prisma.sql`TRUE`)}` : keys(Prisma.sql`${Prisma.raw(column)} = ${id}`);
  };
  const isMeasured = book === 'measured';
  return Prisma.join(
    [
      Prisma.sql`TRUE`,
      ...(organizationId === undefined
        ? []
        : [
            isMeasured
              ? owns('organization_id', organizationId)
              : Prisma.sql`s.organization_id = ${organizationId}::uuid`,
          ]),
      ...(projectId === undefined
        ? []
        : [isMeasured ? owns('project_id', projectId) : Prisma.sql`s.project_id = ${projectId}`]),
      ...(keyId === undefined ? [] : [Prisma.sql`s.key_id = ${keyId}`]),
      ...(keyIds === undefined ? [] : [Prisma.sql`s.key_id = ANY(${[...keyIds]})`]),
      ...(model === undefined ? [] : [Prisma.sql`s.model = ${model}`]),
      ...(tier === undefined ? [] : [Prisma.sql`s.service_tier = ${tier}`]),
      ...(kind === undefined ? [] : [Prisma.sql`s.kind = ${kind}`]),
    ],
    ' AND ',
  );
}
