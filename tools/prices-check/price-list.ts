/** What a price is for: a kind of the price book, `long` before it for the price of long context. */
export type PriceField = string;

/** The prices that one list has for one model on one day, as exact decimal strings; null: it does not know the model. */
export type PricesOfModel = ReadonlyMap<PriceField, string> | null;

/** One of the two lists that are compared. */
export interface PriceList {
  /** Every model name that the list spells out. */
  names: readonly string[];
  /** @param on UTC day, YYYY-MM-DD */
  pricesOf(name: string, on: string): PricesOfModel;
}

/** The field that holds the number of input tokens above which a request is billed as long context. */
export const longContextAbove: PriceField = 'long context above';

/** Fees of tools, which both lists know but ours does not repeat for each model. */
export const toolFees: readonly PriceField[] = ['webSearchCall', 'fileSearchCall'];
