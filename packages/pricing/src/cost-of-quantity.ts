import type { Cost, EstimateReason, UnpricedReason } from './cost-of.js';
import { doubtAboutPrice } from './doubt-about-price.js';
import { findModel } from './find-model.js';
import { findPrice } from './find-price.js';
import type { PriceBook, PriceRow } from './price-book.js';
import type { OtherKind } from './price-sheet.js';

export interface QuantityQuery {
  kind: OtherKind;
  /** As OpenAI reports it. Not looked at for tools, which have prices of their own whichever model calls them. */
  model: string;
  /** Of images: quality and size, such as `high 1024x1024`, or the size alone, which is all that sums of usage tell. */
  variant?: string | null;
  /** Whole characters, images, calls, sessions, seconds of video; whole **seconds** for `audioHour`. */
  quantity: number;
  /** When it was used; prices change at midnight UTC. */
  at: Date;
}

/** The names of the book that tools are priced under. */
const tools: Partial<Record<OtherKind, string>> = {
  webSearchCall: 'tool:web-search',
  fileSearchCall: 'tool:file-search',
  containerSession: 'tool:code-interpreter-container',
};

/**
 * The cost in pico-USD of what is not counted in tokens, at the standard tier. Exact, but for two assumptions that the
 * cost then names: an image of unknown quality is taken for one of the usual quality (`image-quality-unknown`), and
 * seconds of audio that are no whole pico-USD at the price of an hour are rounded half up (`rounded`).
 * @throws RangeError when `quantity` is not a non-negative safe integer, or `at` is not a valid date
 */
export function costOfQuantity(book: PriceBook, query: QuantityQuery): Cost {
  const { kind, quantity } = query;
  if (!Number.isSafeInteger(quantity) || quantity < 0) throw new RangeError(`${kind}: ${quantity} is not a quantity`);
  const on = query.at.toISOString().slice(0, 10);
  const model = findModel(book, tools[kind] ?? query.model);
  if (model === undefined) return unpriced(book, 'unknown-model', kind);
  const found = findQuantityPrice(book, { model, kind, variant: query.variant ?? null, on });
  if (!found) return unpriced(book, missing(book, model, kind), kind);

  const { costPicoUsd, isRounded } = multiply(found.row, quantity);
  const reason = found.reason ?? doubtAboutPrice(found.row) ?? (isRounded ? 'rounded' : undefined);
  const priceVersion = book.version;
  return reason
    ? { costPicoUsd, basis: 'estimated', reason, priceVersion }
    : { costPicoUsd, basis: 'exact', priceVersion };
}

const secondsPerHour = 3_600n;

function multiply({ kind, picoUsdPerUnit }: PriceRow, quantity: number): { costPicoUsd: bigint; isRounded: boolean } {
  const product = picoUsdPerUnit * BigInt(quantity);
  if (kind !== 'audioHour') return { costPicoUsd: product, isRounded: false };
  return {
    costPicoUsd: (product + secondsPerHour / 2n) / secondsPerHour,
    isRounded: product % secondsPerHour !== 0n,
  };
}

/** An image's own quality and size, else its size in the first of these qualities that the model has. */
const usualQualities = ['medium', 'standard'];

function findQuantityPrice(
  book: PriceBook,
  { model, kind, variant, on }: { model: string; kind: OtherKind; variant: string | null; on: string },
): { row: PriceRow; reason: EstimateReason | undefined } | undefined {
  const key = { model, tier: 'standard', context: 'short', kind } as const;
  // A tenant's own price may be for every image.
  const certain =
    (kind === 'image' && findPrice(book, { ...key, variant }, on)) || findPrice(book, { ...key, variant: null }, on);
  if (certain) return { row: certain, reason: undefined };
  if (kind !== 'image' || variant === null) return undefined;
  for (const quality of usualQualities) {
    const row = findPrice(book, { ...key, variant: `${quality} ${variant}` }, on);
    if (row) return { row, reason: 'image-quality-unknown' };
  }
  return undefined;
}

function missing(book: PriceBook, model: string, kind: OtherKind): UnpricedReason {
  const isPricedOnOtherDays = kind !== 'image' && book.rowsByKey.has(`${model}|standard|short|${kind}|`);
  return isPricedOnOtherDays ? `no-price-on-date-for-${kind}` : `no-price-for-${kind}`;
}

function unpriced(book: PriceBook, reason: UnpricedReason, kind: OtherKind): Cost {
  return { costPicoUsd: null, basis: 'unpriced', reason, unpricedKinds: [kind], priceVersion: book.version };
}
