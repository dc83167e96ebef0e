/** An override as somebody asks for it. Amounts are decimal strings, days `YYYY-MM-DD` in UTC. */
export interface NewOverride {
  model: string;
  tier?: string | null | undefined;
  context?: string | null | undefined;
  kind?: string | null | undefined;
  variant?: string | null | undefined;
  /** USD for one unit: a token, a call, an hour of audio, … Either this, */
  usdPerUnit?: string | null | undefined;
  /** or this many percent off the book's price; less than zero is on top. */
  percentOff?: string | null | undefined;
  from?: string | null | undefined;
  to?: string | null | undefined;
  note?: string | undefined;
}

export interface PriceChange {
  add: readonly NewOverride[];
  /** Ids of overrides to take out, */
  remove: readonly string[];
  /** and of such that were taken out, to put back as they were. */
  restore: readonly string[];
}
