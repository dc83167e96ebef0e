import type { Tx } from '#db/database.js';
import { Prisma } from '#db/rows.js';
import type { Book } from './book.js';

/** A writer that takes longer is not waited for, as others wait behind us: whoever wanted the lock comes again. */
const waitMs = 1_000;

/**
 * Takes the lock of a tenant's book alone: those who write its hours have committed, and others wait until this
 * transaction ends. In a statement of its own: those that follow see whatever was committed before the lock was given.
 */
export async function lockBook(tx: Tx, book: Book): Promise<void> {
  await tx.$executeRaw`SET LOCAL lock_timeout = ${Prisma.raw(`'${waitMs}ms'`)}`;
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(day_sums_lock(${book}))`;
}
