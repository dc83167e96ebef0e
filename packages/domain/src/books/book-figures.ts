import { nilUuid } from '#core/ids.js';
import { Problem } from '#core/problem.js';
import { Prisma } from '#db/rows.js';
import type { BookSnapshot } from './book-snapshot.js';
import type { Book, BookFilter, BookGroup, BookQuestion, DaySpan } from './book.js';
import { type BookDimension, dimensionColumn, levelFor, periodLevelFor } from './book-levels.js';
import { feeKinds } from './fees.js';
import { hasCutHours } from './has-cut-hours.js';
import { keysAtOpenAi } from '../openai-projects/keys-at-openai.js';
import { matching } from './matching.js';
import { hoursOfSpans, type HourSource } from './hours-of-spans.js';
import { type Period, periods } from './periods.js';
import { countDays } from '../spend/local-days.js';
import { sumColumns } from './sum-columns.js';

const hourMs = 3_600_000;

interface FiguresAsked {
  /** Whose days are meant, in order and not overlapping. */
  spans: readonly DaySpan[];
  /** Whether the days of a span are told apart. */
  areDaysTold: boolean;
  /** False: only which groups there are. Default: their sums. */
  hasSums?: boolean;
}

/**
 * The beginning of a statement that answers a query: `WITH …`, ending in `figure`, which has day, group and columns of
 * sums, several rows of the same day and group. They come from `period_sum` where a period lies within a span,
 * and then stand at its first day; from `day_sum` as far as days are summed; and from the hours beyond. All of them are
 * read from one snapshot, so nothing is missed or counted twice while days are being summed.
 * @throws Problem `invalid-request` for end users of another book than the measured one, or of a part of it
 */
export async function withBookFigures(
  snapshot: BookSnapshot,
  query: BookQuestion,
  { spans, areDaysTold, hasSums = true }: FiguresAsked,
): Promise<Prisma.Sql> {
  const { book, calendar, by, only = {}, and, groups } = query;
  if (by === 'end-user' && (book !== 'measured' || and || dimensionsOf({ book, by: 'none', only }).size > 0)) {
    throw noEndUsers();
  }
  const asked = { book, by, and, only };
  const dimensions = dimensionsOf(asked);
  const lengths = areDaysTold ? [] : periods.filter((one) => periodLevelFor(book, one, dimensions) !== undefined);
  const { zone, ...plan } = await snapshot.planOf(book, calendar, spans, lengths);
  const question = { ...asked, tenantId: snapshot.tenantId, groups, zone, hasSums };
  const span = Prisma.sql`
    SELECT day, COALESCE(begins, day::timestamp AT TIME ZONE ${zone}) AS begins,
      (day + 1)::timestamp AT TIME ZONE ${zone} AS ends
    FROM unnest(${plan.hours.map(({ day }) => day)}::date[], ${plan.hours.map(({ from }) => from)}::timestamptz[])
      AS s(day, begins)`;
  const daysInHours = plan.hours.map(({ day }) => day);
  return figuresFrom(question, {
    periods: plan.periods,
    days: isOneOf(plan.days),
    spans:
      daysInHours.length > 0
        ? { parts: Prisma.sql`span AS MATERIALIZED (${span})`, isCut: hasCutHours(zone, daysInHours) }
        : null,
  });
}

interface InstantsQuery {
  /** Included; an absent end is open. */
  from: Date | undefined;
  /** Excluded. */
  to: Date | undefined;
  by: BookGroup;
  only: BookFilter;
}

/**
 * The same of the measured book between two instants, exact to the record as long as there are records, and all of it in
 * one statement.
 */
export function withMeasuredFigures(tenantId: string, { from, to, by, only }: InstantsQuery): Prisma.Sql {
  const isCut = [from, to].some((at) => at !== undefined && at.getTime() % hourMs !== 0);
  const days = Prisma.sql`
    SELECT d::date AS day, GREATEST(d AT TIME ZONE 'UTC', from_at) AS begins,
      LEAST((d + interval '1 day') AT TIME ZONE 'UTC', to_at) AS ends,
      CASE WHEN d AT TIME ZONE 'UTC' >= from_at AND s.summed_to <= to_at THEN s.summed_to END AS summed_to
    FROM (
        SELECT GREATEST(${from ?? null}::timestamptz, date_trunc('day', first, 'UTC')) AS from_at,
          LEAST(${to ?? null}::timestamptz, date_trunc('day', last, 'UTC') + interval '1 day') AS to_at
        FROM known
      ) AS bounds, generate_series((from_at AT TIME ZONE 'UTC')::date::timestamp, to_at AT TIME ZONE 'UTC', '1 day') AS d
      LEFT JOIN summed_day s ON s.tenant_id = ${tenantId}::uuid AND s.book = 'measured' AND s.zone = 'UTC'
        AND s.day = d::date
    WHERE from_at < to_at AND d AT TIME ZONE 'UTC' < to_at`;
  const parts = Prisma.sql`
    known AS MATERIALIZED (
      SELECT (SELECT min(hour) FROM usage_hourly WHERE tenant_id = ${tenantId}::uuid) AS first,
        (SELECT max(hour) FROM usage_hourly WHERE tenant_id = ${tenantId}::uuid) AS last
    ),
    known_day AS MATERIALIZED (${days}),
    span AS MATERIALIZED (
      SELECT day, COALESCE(summed_to, begins) AS begins, ends FROM known_day WHERE summed_to IS NULL OR summed_to < ends
    )`;
  return figuresFrom(
    { tenantId, book: 'measured', by, only, zone: 'UTC', hasSums: true },
    {
      periods: [],
      days: Prisma.sql`s.day = ANY(ARRAY(SELECT day FROM known_day WHERE summed_to IS NOT NULL))`,
      spans: { parts, isCut },
    },
  );
}

interface FigureSources {
  periods: readonly { period: Period; days: readonly string[] }[];
  /** Whether a row `s` is of one of the days that are read from `day_sum`. */
  days: Prisma.Sql;
  /** Parts of a `WITH` that end in `span (day, begins, ends)`: whose hours are read. */
  spans: { parts: Prisma.Sql; isCut: boolean } | null;
}

function figuresFrom(question: Question, sources: FigureSources): Prisma.Sql {
  const owner = Prisma.sql`
    owner AS MATERIALIZED (
      SELECT stored_id::text AS key_id, min(project_id) AS project_id, min(organization_id::text) AS organization_id
      FROM (${keysAtOpenAi(Prisma.sql`${question.tenantId}::uuid`)}) AS known GROUP BY 1
    )`;
  const parts = [
    ...(sources.spans ? [sources.spans.parts] : []),
    ...(question.book === 'measured' ? [owner] : []),
    Prisma.sql`figure AS (${figures(question, sources)})`,
  ];
  return Prisma.sql`WITH ${Prisma.join(parts, ', ')}`;
}

/** Days without a gap as a stretch: 400 dates are compared with each row, and lead the planner away from the index of a group. */
function isOneOf(days: readonly string[]): Prisma.Sql {
  const [from, to] = [days[0], days.at(-1)];
  const isStretch = from !== undefined && to !== undefined && countDays({ fromDay: from, toDay: to }) === days.length;
  return isStretch ? Prisma.sql`s.day BETWEEN ${from}::date AND ${to}::date` : Prisma.sql`s.day = ANY(${days}::date[])`;
}

function noEndUsers(): Problem {
  return new Problem('invalid-request', {
    detail: 'End users are known to the measured book alone, and of all of it at once.',
  });
}

interface Question {
  tenantId: string;
  book: Book;
  by: BookGroup;
  and?: BookQuestion['and'];
  only: BookFilter;
  groups?: BookQuestion['groups'];
  /** IANA name. */
  zone: string;
  hasSums: boolean;
}

function figures(question: Question, { periods: inPeriods, days, spans }: FigureSources): Prisma.Sql {
  const { tenantId, book, by, and, only, groups, zone, hasSums } = question;
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
  const also = and ? Prisma.raw(`, ${alsoColumn[and]} AS also`) : Prisma.empty;
  const columns = Prisma.sql`s.day, ${group} AS "group"${also}${hasSums ? Prisma.sql`, ${sumColumns}` : Prisma.empty}`;
  const sumsOf = (table: Prisma.Sql, level: string | undefined, among: Prisma.Sql) => Prisma.sql`
    SELECT ${columns} FROM ${table} s ${owned}
    WHERE s.tenant_id = ${tenantId}::uuid AND s.zone = ${zone} AND s.book = ${book} AND s.level = ${level}
      AND ${among} AND ${matching(book, only)} ${some}`;
  const ofPeriods = inPeriods.map(
    (one) => Prisma.sql`
    ${sumsOf(Prisma.sql`period_sum`, periodLevelFor(book, one.period, dimensions), isOneOf(one.days))}
      AND s.period = ${one.period}`,
  );
  const hours = spans && Prisma.sql`WITH ${hoursOfSpans({ tenantId, source, isCut: spans.isCut })}`;
  const branches = [
    sumsOf(Prisma.sql`day_sum`, levelFor(book, dimensions), days),
    ...ofPeriods,
    ...(spans ? [Prisma.sql`SELECT ${columns} FROM hours s ${owned} WHERE ${matching(book, only)}`] : []),
  ];
  return Prisma.sql`${hours ?? Prisma.empty} ${Prisma.join(branches, ' UNION ALL ')}`;
}

const groupColumn = {
  ...dimensionColumn,
  organization: 'organization_id::text',
} satisfies Record<Exclude<BookGroup, 'none'>, string>;

const alsoColumn: Record<NonNullable<BookQuestion['and']>, string> = {
  model: `NULLIF(s.model, '')`,
  kind: `NULLIF(s.kind, '')`,
  fee: `CASE WHEN s.kind IN (${[...feeKinds].map((kind) => `'${kind}'`).join(', ')}) THEN s.kind END`,
};

/** What the sums must tell apart. What was measured is told apart by key where projects and organizations are meant. */
function dimensionsOf({ book, by, and, only }: Pick<Question, 'book' | 'by' | 'and' | 'only'>): Set<BookDimension> {
  const byOwner: BookDimension[] = book === 'measured' ? ['key'] : [];
  const dimensions = new Set<BookDimension>();
  const add = (...wanted: BookDimension[]) => wanted.forEach((one) => dimensions.add(one));
  if (by === 'organization' || only.organizationId !== undefined) add(...byOwner);
  if (by === 'project' || only.projectId !== undefined) add(...(book === 'measured' ? byOwner : ['project' as const]));
  if (by === 'key' || only.keyId !== undefined || only.keyIds !== undefined) add('key');
  if (by === 'model' || only.model !== undefined || only.models !== undefined) add('model');
  if (book !== 'billed' && (by === 'tier' || only.tier !== undefined)) add('tier');
  if (by === 'kind' || only.kind !== undefined || only.exceptKind !== undefined) add('kind');
  if (by === 'end-user') add('end-user');
  if (and) add(and === 'fee' ? 'kind' : and);
  return dimensions;
}
