import type { Tx } from '#db/database.js';
import { Prisma } from '#db/rows.js';
import { findModel } from '#pricing/find-model.js';
import type { PriceBook } from '#pricing/price-book.js';

/** The books that we price. */
export const ratedBooks = ['measured', 'reported'] as const;
export type RatedBook = (typeof ratedBooks)[number];

/** Which past usage a change of prices is about. */
export interface AffectedUsage {
  /** Models of the price book; null: all. */
  models: readonly string[] | null;
  /** From this instant on, up to that; null: open. */
  from: Date | null;
  to: Date | null;
}

/** Tools are priced under names of their own, whichever model they were used with. */
const kindsOfTool: Readonly<Record<string, string>> = {
  'tool:web-search': 'web_search_calls',
  'tool:file-search': 'file_search_calls',
  'tool:code-interpreter-container': 'code_interpreter_sessions',
};

/** The condition on records of a book that may be affected; names of models are those that the hourly sums hold. */
export async function affectedRecords(
  tx: Tx,
  { book, priceBook, affected }: { book: RatedBook; priceBook: PriceBook; affected: AffectedUsage },
): Promise<Prisma.Sql> {
  const at = book === 'measured' ? Prisma.sql`occurred_at` : Prisma.sql`bucket_at`;
  const { models, from, to } = affected;
  return Prisma.join(
    [
      Prisma.sql`tenant_id = current_tenant_id()`,
      ...(from ? [Prisma.sql`${at} >= ${from}`] : []),
      ...(to ? [Prisma.sql`${at} < ${to}`] : []),
      ...(models ? [await ofModels(tx, { book, priceBook, models })] : []),
    ],
    ' AND ',
  );
}

async function ofModels(
  tx: Tx,
  { book, priceBook, models }: { book: RatedBook; priceBook: PriceBook; models: readonly string[] },
): Promise<Prisma.Sql> {
  const table = book === 'measured' ? Prisma.sql`usage_hourly` : Prisma.sql`reported_hourly`;
  const used = await tx.$queryRaw<{ model: string }[]>`
    SELECT DISTINCT model FROM ${table} WHERE tenant_id = current_tenant_id()`;
  // A model of one's own that was taken out again still counts as one.
  const modelByName = new Map([...priceBook.modelByName, ...models.map((model) => [model, model] as const)]);
  const wanted = new Set(models);
  const names = used.map(({ model }) => model).filter((name) => wanted.has(findModel({ modelByName }, name) ?? ''));
  const kinds = models.flatMap((model) => kindsOfTool[model] ?? []);
  if (book === 'measured' || kinds.length === 0) return Prisma.sql`model = ANY(${names})`;
  return Prisma.sql`(model = ANY(${names}) OR kind = ANY(${kinds}))`;
}
