import type { UsageReading } from '#pricing/read-reported-usage.js';

/** How far back an event may have occurred: a month of invoices, and a few days to notice. */
export const acceptedBackDays = 35;
/** How far ahead of our clock an event may have occurred, as clocks differ. */
export const acceptedAheadMinutes = 5;

/** One call of OpenAI as its caller reports it. Texts hold no control characters and no half surrogate pairs. */
export interface UsageEvent {
  /** Of the caller's choice, unique within the tenant. The same key again is the same event, whatever else it says. */
  idempotencyKey: string;
  /** As the answer names it. */
  model: string;
  /** What OpenAI's own object says, as `readEventUsage` reads it. The object itself is kept nowhere. */
  usage: UsageReading;
  /** As the answer names it. Default: `default`. */
  serviceTier?: string | null | undefined;
  /** Default: now. */
  occurredAt?: Date | null | undefined;
  /** Id of a stored provider key, also of a deleted one, in lower case. */
  keyId?: string | null | undefined;
  /** For whom the call was made, in the caller's words. */
  endUser?: string | null | undefined;
  tags?: Record<string, string> | null | undefined;
  /** OpenAI's. */
  requestId?: string | null | undefined;
}
