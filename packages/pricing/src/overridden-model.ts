import { billedName } from './billed-name.js';
import { findModel } from './find-model.js';
import type { PriceBook } from './price-book.js';

/**
 * The model whose prices an override of this name changes: an alias or a dated snapshot is the model of the book whose
 * prices hold for it, any other name a model of one's own.
 */
export function overriddenModel(base: PriceBook, name: string): string {
  return findModel(base, name) ?? billedName(name);
}
