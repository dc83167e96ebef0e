import type { Tx } from '#db/database.js';
import type { Book } from './book.js';

const hourMs = 3_600_000;

/**
 * To be called by whoever writes hours of a book, in the same transaction and before any of them is written: the days that
 * hold any of [from, to), in whatever time zone, are read from their hours again until `sumDays` has summed them anew.
 *
 * No day keeps a stale sum, because writers hold a lock of tenant and book in common until they commit and whoever sums
 * holds it alone. A writer that came first is waited for, and its hours are then seen; a writer that has to wait deletes
 * with a snapshot taken after its wait, and so finds the days that were summed meanwhile. Called first, so that nobody
 * waits for the lock with hours in hand that another writer waits for.
 */
export async function forgetDaySums(tx: Tx, { book, from, to }: { book: Book; from: Date; to: Date }): Promise<void> {
  await forget(tx, book, [{ from, to }]);
}

/** The same for UTC days, `YYYY-MM-DD`. */
export async function forgetDaySumsOf(tx: Tx, book: Book, days: readonly string[]): Promise<void> {
  const from = days.map((day) => new Date(`${day}T00:00:00Z`));
  await forget(
    tx,
    book,
    from.map((at) => ({ from: at, to: new Date(at.getTime() + 24 * hourMs) })),
  );
}

/**
 * The lock that forgetting takes, for whoever has to look first at what they will change: nobody sums the book until they have
 * committed.
 */
export async function holdDaySums(tx: Tx, book: Book): Promise<void> {
  await forget(tx, book, []);
}

/** The same for the days that hold the hours of some instants, which may lie far apart. */
export async function forgetDaySumsAt(tx: Tx, book: Book, instants: readonly Date[]): Promise<void> {
  const hours = new Set(instants.map((at) => Math.floor(at.getTime() / hourMs)));
  await forget(
    tx,
    book,
    [...hours].map((hour) => ({ from: new Date(hour * hourMs), to: new Date((hour + 1) * hourMs) })),
  );
}

async function forget(tx: Tx, book: Book, spans: readonly { from: Date; to: Date }[]): Promise<void> {
  const begins = spans.map(({ from }) => from);
  const ends = spans.map(({ to }) => to);
  await tx.$executeRaw`SELECT forget_day_sums(${book}, ${begins}::timestamptz[], ${ends}::timestamptz[])`;
}
