import { OrganizationReadError } from '#openai/organization/organization-read-error.js';
import { readAhead } from './read-ahead.js';
import { setAside } from './set-aside.js';

interface Bucket {
  startAt: Date;
  /** Exclusive. */
  endAt: Date;
}

/** Whole buckets that together are everything from `from` up to, not including, `to`. */
export interface BucketWindow<B> {
  buckets: B[];
  /** Of impossible times, which came with them. */
  setAside: B[];
  /** That they hold, with one for each bucket that is set aside. */
  rows: number;
  from: Date;
  to: Date;
  /** Of the range that was asked for. */
  isLast: boolean;
}

/** What one transaction writes at most, but for a single bucket that has more. */
const rowsPerWindow = 10_000;

/**
 * Everything from `from` to `to` as windows without gaps or overlaps, oldest first, also where OpenAI leaves out empty
 * buckets. Buckets of impossible times stand apart. A page that is too large is asked for again in half the size, which is
 * kept in `pages` for the next time.
 * @throws OrganizationReadError as reading does, and `unreadable-answer` for a bucket out of its place: what lies outside
 * of its window would not be replaced the next time, and be counted twice
 */
export async function* readWindows<B extends Bucket>(
  range: { from: Date; to: Date },
  reader: {
    pages: { buckets: number };
    read: (from: Date, bucketsPerPage: number) => AsyncGenerator<B[]>;
    rowsOf: (bucket: B) => number;
    now: Date;
  },
): AsyncGenerator<BucketWindow<B>> {
  const { pages, read, rowsOf, now } = reader;
  const { to } = range;
  let { from } = range;
  let others: B[] = [];
  while (from < to) {
    try {
      for await (const page of readAhead(read(from, pages.buckets))) {
        const parted = setAside(page, now);
        others.push(...parted.others);
        for (const buckets of portions(parted.sound, rowsOf)) {
          const rows = buckets.reduce((sum, bucket) => sum + rowsOf(bucket), others.length);
          const window = { buckets, setAside: others, rows, from, to: endOf(buckets, { from, to }) };
          [from, others] = [window.to, []];
          yield { ...window, isLast: from >= to };
        }
      }
      if (from < to || others.length > 0) {
        yield { buckets: [], setAside: others, rows: others.length, from, to, isLast: true };
      }
      return;
    } catch (error) {
      if (!isTooLarge(error) || pages.buckets === 1) throw error;
      pages.buckets = Math.ceil(pages.buckets / 2);
      others = [];
    }
  }
}

/** Alike in size, as one is made ready while the one before is being written. Empty buckets are no reason for another. */
function* portions<B>(page: readonly B[], rowsOf: (bucket: B) => number): Generator<B[]> {
  const total = page.reduce((sum, bucket) => sum + rowsOf(bucket), 0);
  const share = total / Math.ceil(total / rowsPerWindow);
  let portion: B[] = [];
  let rows = 0;
  for (const bucket of page) {
    const more = rowsOf(bucket);
    if (portion.length > 0 && more > 0 && (rows >= share || rows + more > rowsPerWindow)) {
      yield portion;
      [portion, rows] = [[], 0];
    }
    portion.push(bucket);
    rows += more;
  }
  if (portion.length > 0) yield portion;
}

function endOf(buckets: readonly Bucket[], { from, to }: { from: Date; to: Date }): Date {
  let end = from;
  for (const { startAt, endAt } of buckets) {
    if (startAt < end || startAt >= to || endAt <= startAt) {
      throw new OrganizationReadError('unreadable-answer', 'A bucket is not where it was asked for.');
    }
    end = endAt < to ? endAt : to;
  }
  return end;
}

function isTooLarge(error: unknown): boolean {
  return error instanceof OrganizationReadError && error.code === 'answer-too-large';
}
