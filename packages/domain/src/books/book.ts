import type { PicoUsd } from '#core/money.js';

/**
 * The three books in which the same token can stand, never added together: `measured`, what we saw ourselves (probes, and
 * events that clients push); `reported`, OpenAI's Usage API times our prices; `billed`, OpenAI's Costs API.
 */
export const books = ['measured', 'reported', 'billed'] as const;
export type Book = (typeof books)[number];

/**
 * What sums are told apart by. `key`: an OpenAI key id in the reported and billed book, the id of a stored key in the
 * measured one. `project` and `organization` of what was measured are those in which OpenAI lists the stored key. `kind`:
 * probe or event; the usage endpoint; the line item of a bill. `tier` is unknown to bills, and `end-user` can only be asked
 * of the whole measured book.
 */
export const bookGroups = ['none', 'organization', 'project', 'key', 'model', 'tier', 'kind', 'end-user'] as const;
export type BookGroup = (typeof bookGroups)[number];

/** Which part of a book is meant; what is left out does not narrow. Empty text: what has none. */
export interface BookFilter {
  organizationId?: string | undefined;
  projectId?: string | undefined;
  keyId?: string | undefined;
  /** Any of these. */
  keyIds?: readonly string[] | undefined;
  model?: string | undefined;
  /** Any of these. */
  models?: readonly string[] | undefined;
  tier?: string | undefined;
  kind?: string | undefined;
  /** Any other. */
  exceptKind?: string | undefined;
}

/** Whose days are meant: `tenant`, of its reporting time zone, or `utc`. Bills are by UTC day alone, and are so in either. */
export const calendars = ['tenant', 'utc'] as const;
export type Calendar = (typeof calendars)[number];

/** Days in a row, `YYYY-MM-DD`, both ends included. */
export interface DaySpan {
  fromDay: string;
  toDay: string;
}

/** What is asked of a book, of whichever days. */
export interface BookQuestion {
  book: Book;
  calendar: Calendar;
  by: BookGroup;
  only?: BookFilter;
  /** Tells each group apart once more; not with end users. `fee`: the kind of fees alone, for fewer rows than by kind. */
  and?: 'model' | 'kind' | 'fee' | undefined;
  /** How many rows at most; default: all there are. */
  limit?: number;
  /** These groups of `by` alone; null is what has none. Default: all. */
  groups?: readonly (string | null)[];
  /** False: groups are called by their ids, for whoever names them once for several questions. Default: by their names. */
  isNamed?: boolean;
}

export interface BookQuery extends BookQuestion, DaySpan {}

/** Spans do not overlap and are in order. */
export interface SpansQuery extends BookQuestion {
  spans: readonly DaySpan[];
}

export interface BookSums {
  /** Id or name of the group; null for what has none, and when nothing is told apart. */
  group: string | null;
  /** The name of a project, the label or name of a key, also of one that is gone; else as `group`. */
  groupName: string | null;
  /** Of what has a price. */
  cost: PicoUsd;
  /** How many were written down, also such as count no requests; none of a bill, whose lines all have an amount. */
  records: number;
  requests: number;
  inputTokens: number;
  inputCachedTokens: number;
  outputTokens: number;
  unpricedRequests: number;
  estimatedRequests: number;
}
