import { billedName } from './billed-name.js';
import type { PriceBook } from './price-book.js';

/**
 * The model in the book whose prices hold for a name that OpenAI reports, or undefined.
 *
 * 1. The exact name or alias, so that a dated snapshot with prices of its own wins over its base.
 * 2. A dated snapshot, `-YYYY-MM-DD` or the older `-MMDD`, has the prices of its base.
 * 3. A fine-tuned model, `ft:base:organization:name:id`, has the prices of `ft:base` by rules 1 and 2, and never those of
 *    the base itself.
 *
 * There is no guessing by prefix: `gpt-5.6-sol-pro` is not `gpt-5.6-sol`.
 */
export function findModel(book: Pick<PriceBook, 'modelByName'>, name: string): string | undefined {
  const reported = billedName(name);
  return book.modelByName.get(reported) ?? book.modelByName.get(reported.replace(snapshotDate, ''));
}

const snapshotDate = /-(?:\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])|(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01]))$/;
