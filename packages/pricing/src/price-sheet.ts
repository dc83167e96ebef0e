/** Service tiers with prices of their own. `priority` is what OpenAI also calls fast mode. */
export const priceTiers = ['standard', 'batch', 'flex', 'priority'] as const;
export type PriceTier = (typeof priceTiers)[number];

/** `long`: the price of a whole request whose input exceeds the model's long-context threshold. */
export type PriceContext = 'short' | 'long';

/** What a token can be billed as. In a sheet, USD per 1M tokens. */
export type TokenKind =
  | 'input'
  | 'cachedInput'
  | 'cacheWrite'
  | 'cacheWrite12h'
  | 'output'
  | 'audioInput'
  | 'audioCachedInput'
  | 'audioOutput'
  | 'imageInput'
  | 'imageCachedInput'
  | 'imageOutput';

/** What is billed by something else than tokens: see `costOfQuantity`. */
export type OtherKind =
  /** USD per hour of audio. */
  | 'audioHour'
  /** USD per 1M characters of text to speak. */
  | 'speechCharacter'
  /** USD per second of video. */
  | 'videoSecond'
  /** USD per image of one quality and size. */
  | 'image'
  /** USD per 1,000 calls. */
  | 'webSearchCall'
  /** USD per 1,000 calls. */
  | 'fileSearchCall'
  /** USD per session of a 1 GB container. */
  | 'containerSession';

export type PriceKind = TokenKind | OtherKind;

/**
 * How far a price is to be trusted: `high`, from the provider or several agreeing copies; `reported`, from one list;
 * `derived`, computed by a rule from another price; `low`, from a list that is doubtful here.
 */
export type PriceConfidence = 'high' | 'reported' | 'derived' | 'low';

export interface PriceSource {
  title: string;
  /** YYYY-MM-DD, or YYYY-MM where the day is not known. */
  publishedOn: string;
}

/** Prices as people write them: decimal strings of USD per the unit of each kind. */
export interface PriceLine extends Partial<Record<Exclude<PriceKind, 'image'>, string>> {
  tier: PriceTier;
  /** Default `short`. */
  context?: PriceContext;
  /** First UTC day in effect, YYYY-MM-DD. Default: since always. */
  from?: string;
  /** First UTC day no longer in effect, YYYY-MM-DD. Default: until further notice. */
  to?: string;
  /** A key of the sheet's `sources`. */
  source: string;
  /** Default `reported`. */
  confidence?: PriceConfidence;
  /** True for a price that its source announces as holding for a while only. */
  promotional?: true;
  /** Per quality and size, such as `low 1024x1024`. */
  images?: Record<string, string>;
}

/** What processing in a region puts on every price per token of a model. */
export interface UpliftLine extends Pick<PriceLine, 'from' | 'to' | 'source' | 'confidence'> {
  /** Of the price, as a plain decimal: `10`. */
  percent: string;
}

export interface PricedModel {
  model: string;
  /** Other names of the same model at the same prices. Dated snapshots need none: see `findModel`. */
  aliases?: readonly string[];
  /** Absent: processing in a region costs what it costs elsewhere, or the model has none. */
  regional?: UpliftLine;
  prices: readonly PriceLine[];
}

/** One provider's price list as data, ready for `buildPriceBook`. */
export interface PriceSheet {
  name: string;
  /** YYYY-MM-DD. */
  collectedOn: string;
  sources: Readonly<Record<string, PriceSource>>;
  models: readonly PricedModel[];
}
