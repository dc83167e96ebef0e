import type { Clock } from '#core/clock.js';
import type { Database, Tx } from '#db/database.js';
import { isLockTimeout } from '#db/is-lock-timeout.js';
import type { Prisma } from '#db/rows.js';
import { withTenant } from '#db/with-tenant.js';
import { applyOverrides } from '#pricing/apply-overrides.js';
import type { PriceBook } from '#pricing/price-book.js';
import { namePricedCostLines } from '../organizations/name-priced-cost-lines.js';
import { affectedRecords, type RatedBook } from './affected-usage.js';
import { tryLockPrices } from './lock-prices.js';
import { openReRating } from './open-re-rating.js';
import { type BatchCounts, rateBatch, type RecordPosition } from './rate-batch.js';
import { recordPriceVersion } from './record-price-version.js';
import { listActiveOverrides } from './select-overrides.js';
import type { TenantPriceBooks } from './tenant-price-books.js';

/** How far a walk over both books has come. */
interface Walk {
  book: RatedBook;
  /** The last record that was looked at; null: none of the book yet. */
  position: RecordPosition | null;
  /** Null: one walk is over, and the next has not begun. */
  beganAt: string | null;
}

interface ReRatingRow {
  toVersion: string;
  requestedAt: Date;
  requestedBy: string;
  models: string[] | null;
  from: Date | null;
  to: Date | null;
  walk: Walk | null;
}

/**
 * Whoever was writing costs by the former prices has committed by then: a book is trusted for seconds, and a transaction
 * ends within 30. A walk that began later has seen all of it.
 */
const settledAfterMs = 120_000;

/**
 * Goes on with one re-rating for a while: batch by batch, each in a transaction that holds costs, sums, former costs and
 * progress, so that a crash repeats nothing and leaves nothing out. Records that have the version already are passed over;
 * two workers at one re-rating take turns or give way. It is walked through until a walk is over that began after every
 * writer knew the new prices.
 * @returns whether it is finished
 */
export async function reRateUsage(
  deps: { db: Database; clock: Clock; priceBooks: TenantPriceBooks },
  tenantId: string,
  { id, forMs }: { id: string; forMs: number },
): Promise<boolean> {
  const stopAt = performance.now() + forMs;
  deps.priceBooks.forget(tenantId);
  const priceBook = await deps.priceBooks.of(tenantId);
  const conditions: Conditions = new Map();
  let outcome: StepOutcome;
  do {
    outcome = await step(deps, tenantId, { id, priceBook, conditions });
  } while (outcome === 'more' && performance.now() < stopAt);
  return outcome === 'finished';
}

/** Which records are meant, found out once for a while, as it takes a look at all sums. */
type Conditions = Map<RatedBook, Prisma.Sql>;

/** `later`: another worker is at it, writers are in the way, prices are being changed, or the last walk has to wait. */
type StepOutcome = 'more' | 'later' | 'finished';

async function step(
  deps: { db: Database; clock: Clock; priceBooks: TenantPriceBooks },
  tenantId: string,
  { id, priceBook, conditions }: { id: string; priceBook: PriceBook; conditions: Conditions },
): Promise<StepOutcome> {
  try {
    return await withTenant(deps.db, tenantId, async (tx) => {
      // Shorter than Postgres' deadlock_timeout: where a writer of the same hours and we wait for each other, we give way.
      await tx.$executeRaw`SET LOCAL lock_timeout = '200ms'`;
      const found = await take(tx, id);
      if (found !== null && found.toVersion !== priceBook.version) return renew(tx, deps, found);
      if (found === null) return 'later';
      return stepWithin(tx, { id, priceBook, conditions, now: deps.clock.now(), rating: found });
    });
  } catch (error) {
    if (isLockTimeout(error)) return 'later';
    throw error;
  }
}

/** Null when it is finished, or another worker is at it. */
async function take(tx: Tx, id: string): Promise<ReRatingRow | null> {
  const [row] = await tx.$queryRaw<ReRatingRow[]>`
    SELECT to_version AS "toVersion", requested_at AS "requestedAt", requested_by AS "requestedBy", models,
      from_at AS "from", to_at AS "to", position AS walk
    FROM re_rating WHERE tenant_id = current_tenant_id() AND id = ${id}::uuid AND finished_at IS NULL
    FOR UPDATE SKIP LOCKED`;
  return row ?? null;
}

/** The program has come with other prices meanwhile: the rest is rated by those, as a re-rating of its own. */
async function renew(
  tx: Tx,
  { clock, priceBooks: { base } }: { clock: Clock; priceBooks: TenantPriceBooks },
  { requestedBy: by, ...affected }: ReRatingRow,
): Promise<StepOutcome> {
  if (!(await tryLockPrices(tx))) return 'later';
  const overrides = await listActiveOverrides(tx);
  const book = applyOverrides(base, overrides);
  await recordPriceVersion(tx, { book, base, overrides, at: clock.now() });
  await openReRating(tx, { toVersion: book.version, affected, at: clock.now(), by });
  return 'finished';
}

async function stepWithin(
  tx: Tx,
  {
    id,
    priceBook,
    conditions,
    now,
    rating,
  }: { id: string; priceBook: PriceBook; conditions: Conditions; now: Date; rating: ReRatingRow },
): Promise<StepOutcome> {
  const settledAt = new Date(rating.requestedAt.getTime() + settledAfterMs);
  // The first walk begins at once, so that people see the new costs; the next one when it can be the last.
  if (rating.walk?.beganAt === null && now < settledAt) return 'later';
  if (!rating.walk?.beganAt) return begin(tx, { id, priceBook, now });
  const { book, position: after, beganAt } = rating.walk;
  const condition = conditions.get(book) ?? (await affectedRecords(tx, { book, priceBook, affected: rating }));
  conditions.set(book, condition);
  const counts = await rateBatch(tx, { reRatingId: id, priceBook, condition, book, after });
  const isWalkOver = counts.position === null && book === 'reported';
  const isFinished = isWalkOver && new Date(beganAt) >= settledAt;
  const next = { book: counts.position === null ? 'reported' : book, position: counts.position, beganAt } as const;
  await advance(tx, id, { counts, walk: isWalkOver ? start : next, finishedAt: isFinished ? now : null });
  return isFinished ? 'finished' : 'more';
}

/** Bills are not rated, but say which model they are of as soon as prices know it: in each walk, as imports go on. */
async function begin(tx: Tx, { id, priceBook, now }: { id: string; priceBook: PriceBook; now: Date }) {
  await namePricedCostLines(tx, priceBook);
  const walk = JSON.stringify({ ...start, beganAt: now.toISOString() });
  await tx.$executeRaw`
    UPDATE re_rating SET position = ${walk}::jsonb WHERE tenant_id = current_tenant_id() AND id = ${id}::uuid`;
  return 'more' as const;
}

const start: Walk = { book: 'measured', position: null, beganAt: null };

async function advance(
  tx: Tx,
  id: string,
  { counts, walk, finishedAt }: { counts: BatchCounts; walk: Walk; finishedAt: Date | null },
): Promise<void> {
  await tx.$executeRaw`
    UPDATE re_rating SET rows_rated = rows_rated + ${counts.rated}::int, rows_changed = rows_changed + ${counts.changed}::int,
      usd_before = usd_before + ${counts.usdBefore}::numeric, usd_after = usd_after + ${counts.usdAfter}::numeric,
      rows_unpriced_before = rows_unpriced_before + ${counts.unpricedBefore}::int,
      rows_unpriced_after = rows_unpriced_after + ${counts.unpricedAfter}::int,
      position = ${JSON.stringify(walk)}::jsonb, finished_at = ${finishedAt}
    WHERE tenant_id = current_tenant_id() AND id = ${id}::uuid`;
}
