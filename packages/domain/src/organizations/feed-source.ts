import type { Tx } from '#db/database.js';
import type { PriceBook } from '#pricing/price-book.js';

/** By how much what is stored has grown; less than nothing when a window has fewer than the one that it replaces. */
export interface Growth {
  rows: number;
  unknown: number;
}

/** Everything from `from` up to, not including, `to`: read to the end, and still to be written. */
export interface FeedWindow {
  from: Date;
  to: Date;
  /** Of the range that was asked for. */
  isLast: boolean;
  rows: number;
  /**
   * Makes ready what needs no transaction of its own, while the window before is being written. Without it, or when prices
   * are others meanwhile, `write` does so itself.
   */
  prepare?(book: PriceBook): Promise<void>;
  /**
   * Puts the days that differ from what is there in its place, and forgets their sums. The same again writes no rows. The
   * caller holds the lock of the book.
   */
  write(tx: Tx, book: PriceBook): Promise<Growth>;
}

/** One of the things that are read of an organization bucket by bucket: a kind of usage, or its costs. */
export interface FeedSource {
  feed: string;
  book: 'reported' | 'billed';
  recent: {
    width: '1h' | '1d';
    /** How many days are read so, the first time. */
    firstDays: number;
  };
  /** How many days are read at once of the past before, by the UTC day. */
  stepDays: number;
  /** Both ends at the start of a bucket. Oldest first, without gaps. */
  windows(range: { from: Date; to: Date; width: '1h' | '1d' }): AsyncGenerator<FeedWindow>;
}
