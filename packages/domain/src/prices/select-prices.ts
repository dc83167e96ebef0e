import { findModel } from '#pricing/find-model.js';
import { isInForce } from '#pricing/is-in-force.js';
import type { PriceBook, PriceRow } from '#pricing/price-book.js';
import type { PriceKind, PriceTier } from '#pricing/price-sheet.js';

/** Which prices are meant; what is left out does not narrow. */
export interface PriceFilter {
  /** A model as OpenAI reports it: an alias or a dated snapshot finds the model whose prices hold for it. */
  model?: string | undefined;
  /** Part of a model's name or of an alias, in any case; or a whole name, as `model`. */
  text?: string | undefined;
  tier?: PriceTier | undefined;
  kind?: PriceKind | undefined;
  /** Only what is in force on this UTC day, YYYY-MM-DD. */
  at?: string | undefined;
}

/** A price, and the other names that it holds for. */
export interface NamedPriceRow extends PriceRow {
  aliases: readonly string[];
  /** Its place in the book. */
  index: number;
}

/** The rows of a filter, in the order of the book: its models, each with its tiers and periods. */
export function selectPrices(book: PriceBook, filter: PriceFilter): NamedPriceRow[] {
  const aliasesOf = aliasesByModel(book);
  const models = modelsOf(book, filter, aliasesOf);
  return book.rows.flatMap((row, index) => {
    const { tier, kind, at } = filter;
    if (models && !models.has(row.model)) return [];
    if (tier !== undefined && row.tier !== tier) return [];
    if (kind !== undefined && row.kind !== kind) return [];
    if (at !== undefined && !isInForce(row, at)) return [];
    return [{ ...row, aliases: aliasesOf.get(row.model) ?? [], index }];
  });
}

function aliasesByModel(book: PriceBook): Map<string, string[]> {
  const aliases = new Map<string, string[]>();
  for (const [name, model] of book.modelByName) {
    if (name !== model) aliases.set(model, [...(aliases.get(model) ?? []), name]);
  }
  return aliases;
}

/** Null: all of them. */
function modelsOf(
  book: PriceBook,
  { model, text }: PriceFilter,
  aliasesOf: ReadonlyMap<string, readonly string[]>,
): Set<string> | null {
  if (model !== undefined) return only(findModel(book, model));
  if (text === undefined) return null;
  const wanted = text.toLowerCase();
  const isNamedLike = (name: string) => name.toLowerCase().includes(wanted);
  const named = new Set(book.rows.map((row) => row.model));
  const found = [...named].filter((name) => [name, ...(aliasesOf.get(name) ?? [])].some(isNamedLike));
  return found.length > 0 ? new Set(found) : only(findModel(book, wanted));
}

function only(model: string | undefined): Set<string> {
  return new Set(model === undefined ? [] : [model]);
}
