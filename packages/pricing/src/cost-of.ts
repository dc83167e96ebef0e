import { doubtAboutPrice } from './doubt-about-price.js';
import { findModel } from './find-model.js';
import { findPrice } from './find-price.js';
import { isInForce } from './is-in-force.js';
import type { PriceBook, PriceRow, RegionalUplift } from './price-book.js';
import type { PriceContext, PriceKind, PriceTier, TokenKind } from './price-sheet.js';
import { priceTierOf } from './price-tier.js';
import type { UsageBasis } from './read-reported-usage.js';
import { totalInputTokens, type Usage } from './usage.js';

export interface CostQuery {
  /** As the answer reports it, i.e. the dated snapshot rather than the alias that was asked for. */
  model: string;
  /** The tier that *served* the request, as the answer reports it; null when it reports none. `batch` for a batch. */
  serviceTier: string | null;
  usage: Usage;
  /** Default `exact`. */
  usageBasis?: UsageBasis;
  /** When the request was made; prices change at midnight UTC. */
  at: Date;
  /** Whether it was processed in a region, as requests of a project with such a residency are. Default: not. */
  isRegional?: boolean;
}

/** Why a cost is not exact. docs/prices.md explains each to people. */
export type EstimateReason =
  | 'usage-estimated'
  | 'tier-unknown'
  | 'tier-price-missing'
  | 'long-context-unknown'
  | 'cached-price-missing'
  | 'cache-write-12h-price-missing'
  | 'price-derived'
  | 'price-doubtful'
  | 'image-quality-unknown'
  | 'rounded';

/** Why there is no cost. */
export type UnpricedReason =
  | 'unknown-model'
  | 'usage-unknown'
  | `no-price-for-${PriceKind}`
  | `no-price-on-date-for-${PriceKind}`;

/** `priceVersion` names the book that was used, so that a stored cost can be traced and rated again. */
export type Cost = { priceVersion: string } & (
  | { costPicoUsd: bigint; basis: 'exact' }
  | { costPicoUsd: bigint; basis: 'estimated'; reason: EstimateReason }
  | {
      costPicoUsd: null;
      basis: 'unpriced';
      reason: UnpricedReason;
      /** All that was used and has no price, the one of the reason first; empty where no price would give a cost. */
      unpricedKinds: readonly PriceKind[];
    }
);

/** OpenAI model pages: a request with more input tokens than this is priced as long context in whole. */
export const longContextAboveTokens = 272_000;

/**
 * The cost of a usage in pico-USD (1e-12 USD). Nothing is rounded but what a region adds to the whole of it, half up, where
 * that is no whole pico-USD: such a cost is `estimated`, as `rounded`.
 *
 * `exact`: every token has a price that a source states. `estimated`: some price or count was assumed, `reason` says
 * which (the first, if several). `unpriced`: the model, or a part of the usage, has no price; the cost is null and never
 * 0, since a missing price that counts as free would hollow out every sum and budget.
 * @throws RangeError when a count is not a non-negative safe integer, or `at` is not a valid date.
 */
export function costOf(book: PriceBook, query: CostQuery): Cost {
  const { usage, usageBasis, serviceTier } = query;
  const on = query.at.toISOString().slice(0, 10);
  const billed = billedParts(usage);
  const model = findModel(book, query.model);
  const kinds = billed.map(({ kind }) => kind);
  if (model === undefined) return unpriced(book, 'unknown-model', kinds);

  const tier = priceTierOf(serviceTier);
  const { context, isKnown } = contextOf(book, { model, usage, on });
  const scope: Scope = { model, tier: tier ?? 'standard', context, on };
  // Without tokens the cost is 0, but only for models that are priced by the token: a drawn image is not free.
  if (billed.length === 0 && !resolvePrice(book, scope, 'input')) return withoutPrice(book, scope, ['input']);

  let [listed, uplifts] = [0n, 0n];
  let reason: EstimateReason | undefined;
  if (usageBasis === 'estimated') reason = 'usage-estimated';
  else if (billed.length > 0 && tier === undefined) reason = 'tier-unknown';
  else if (!isKnown) reason = 'long-context-unknown';
  for (const { kind, tokens } of billed) {
    const price = resolvePrice(book, scope, kind);
    if (!price) return withoutPrice(book, scope, kinds);
    const picoUsd = BigInt(tokens) * price.row.picoUsdPerUnit;
    const uplift = query.isRegional ? upliftOn(price.row, on) : undefined;
    listed += picoUsd;
    uplifts += picoUsd * (uplift?.picoPercent ?? 0n);
    reason ??= price.reason ?? (uplift && doubtAboutPrice(uplift));
  }
  const costPicoUsd = listed + (uplifts + wholePicoPercent / 2n) / wholePicoPercent;
  if (uplifts % wholePicoPercent !== 0n) reason ??= 'rounded';
  const priceVersion = book.version;
  return reason
    ? { costPicoUsd, basis: 'estimated', reason, priceVersion }
    : { costPicoUsd, basis: 'exact', priceVersion };
}

const wholePicoPercent = 100_000_000_000_000n;

function upliftOn({ regionalUplift }: PriceRow, on: string): RegionalUplift | undefined {
  return regionalUplift && isInForce(regionalUplift, on) ? regionalUplift : undefined;
}

interface Scope {
  model: string;
  tier: PriceTier;
  context: PriceContext;
  /** UTC day. */
  on: string;
}

/** What each disjoint part of a usage is billed as. Reasoning is inside `output`. */
const kindOfPart = {
  inputUncachedTokens: 'input',
  inputCachedTokens: 'cachedInput',
  cacheWriteTokens: 'cacheWrite',
  cacheWrite12hTokens: 'cacheWrite12h',
  outputTokens: 'output',
  audioInputTokens: 'audioInput',
  audioCachedInputTokens: 'audioCachedInput',
  audioOutputTokens: 'audioOutput',
  imageInputTokens: 'imageInput',
  imageCachedInputTokens: 'imageCachedInput',
  imageOutputTokens: 'imageOutput',
} as const satisfies Record<Exclude<keyof Usage, 'requests' | 'reasoningTokens'>, TokenKind>;

const tokenParts = Object.keys(kindOfPart) as (keyof typeof kindOfPart)[];

/** The parts of a usage that hold tokens. */
function billedParts(usage: Usage): { kind: TokenKind; tokens: number }[] {
  const billed = [];
  for (const part of tokenParts) {
    const [kind, tokens] = [kindOfPart[part], usage[part]];
    if (!Number.isSafeInteger(tokens) || tokens < 0) throw new RangeError(`${kind}: ${tokens} is not a token count`);
    if (tokens !== 0) billed.push({ kind, tokens });
  }
  return billed;
}

/**
 * Long context is a property of one request. A sum of several that together exceed the threshold may hold a long one and
 * does not say so: it is priced as short, and not as exact.
 */
function contextOf(
  book: PriceBook,
  { model, usage, on }: { model: string; usage: Usage; on: string },
): { context: PriceContext; isKnown: boolean } {
  const longPrice = { model, tier: 'standard', context: 'long', kind: 'input', variant: null } as const;
  if (totalInputTokens(usage) <= longContextAboveTokens || !findPrice(book, longPrice, on)) {
    return { context: 'short', isKnown: true };
  }
  return usage.requests === 1 ? { context: 'long', isKnown: true } : { context: 'short', isKnown: false };
}

/**
 * What a part is billed as: its own kind or, when its model has no price of that, the next that it has. No reason: the
 * provider bills it so.
 */
const billedAs: Record<TokenKind, readonly { kind: TokenKind; reason?: EstimateReason }[]> = {
  input: [{ kind: 'input' }],
  cachedInput: [{ kind: 'cachedInput' }, { kind: 'input', reason: 'cached-price-missing' }],
  // Models before GPT-5.6 do not charge for cache writes: the tokens are ordinary input.
  cacheWrite: [{ kind: 'cacheWrite' }, { kind: 'input' }],
  cacheWrite12h: [
    { kind: 'cacheWrite12h' },
    { kind: 'cacheWrite', reason: 'cache-write-12h-price-missing' },
    { kind: 'input' },
  ],
  output: [{ kind: 'output' }],
  audioInput: [{ kind: 'audioInput' }],
  audioCachedInput: [{ kind: 'audioCachedInput' }, { kind: 'audioInput', reason: 'cached-price-missing' }],
  audioOutput: [{ kind: 'audioOutput' }],
  // Text models bill the images they read at the text rates.
  imageInput: [{ kind: 'imageInput' }, { kind: 'input' }],
  imageCachedInput: [
    { kind: 'imageCachedInput' },
    { kind: 'cachedInput' },
    { kind: 'input', reason: 'cached-price-missing' },
  ],
  imageOutput: [{ kind: 'imageOutput' }],
};

function resolvePrice(
  book: PriceBook,
  { model, tier, context, on }: Scope,
  part: TokenKind,
): { row: PriceRow; reason: EstimateReason | undefined } | undefined {
  for (const { kind, reason } of billedAs[part]) {
    const ofTier = findPrice(book, { model, tier, context, kind, variant: null }, on);
    const row = ofTier ?? findPrice(book, { model, tier: 'standard', context, kind, variant: null }, on);
    if (row) return { row, reason: ofTier ? (reason ?? doubtAboutPrice(row)) : 'tier-price-missing' };
  }
  return undefined;
}

function missing(book: PriceBook, { model }: Scope, kind: TokenKind): UnpricedReason {
  const isPricedOnOtherDays = billedAs[kind].some((other) =>
    book.rowsByKey.has(`${model}|standard|short|${other.kind}|`),
  );
  return isPricedOnOtherDays ? `no-price-on-date-for-${kind}` : `no-price-for-${kind}`;
}

/** @param kinds of which one at least has no price */
function withoutPrice(book: PriceBook, scope: Scope, kinds: readonly TokenKind[]): Cost {
  const unpricedKinds = kinds.filter((kind) => !resolvePrice(book, scope, kind));
  const [first = 'input'] = unpricedKinds;
  return unpriced(book, missing(book, scope, first), unpricedKinds);
}

function unpriced(book: PriceBook, reason: UnpricedReason, unpricedKinds: readonly PriceKind[]): Cost {
  return { costPicoUsd: null, basis: 'unpriced', reason, unpricedKinds, priceVersion: book.version };
}
