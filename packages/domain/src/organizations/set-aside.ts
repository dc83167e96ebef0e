import { formatUsd } from '#core/money.js';
import type { UnknownResult } from '#openai/organization/usage-result.js';

export interface TimedBucket {
  startAt: Date;
  endAt: Date;
}

/** Months outside of these cannot be stored (`ensure_month_partitions`), and are no times of OpenAI's API. */
const earliest = Date.parse('2020-01-01');
const yearsAhead = 2;

/** Parts a page into buckets of times that there can be, and the others. */
export function setAside<B extends TimedBucket>(page: readonly B[], now: Date): { sound: B[]; others: B[] } {
  const latest = new Date(now).setUTCFullYear(now.getUTCFullYear() + yearsAhead);
  const isSound = ({ startAt }: B) => startAt.getTime() >= earliest && startAt.getTime() < latest;
  return { sound: page.filter(isSound), others: page.filter((bucket) => !isSound(bucket)) };
}

/**
 * A bucket of an impossible time as one unknown result, so that it is kept and counted instead of failing all others. Its
 * time is its own, cut to what a column holds, so that the same bucket is the same result again.
 */
export function toUnknownResult(bucket: TimedBucket): UnknownResult & { startAt: Date } {
  const seconds = (at: Date) => (Number.isNaN(at.getTime()) ? null : at.getTime() / 1000);
  const raw = {
    ...bucket,
    startAt: undefined,
    endAt: undefined,
    start: seconds(bucket.startAt),
    end: seconds(bucket.endAt),
  };
  return {
    startAt: storable(bucket.startAt),
    object: 'bucket of an impossible time',
    raw: JSON.parse(JSON.stringify(raw, amountsAsText)),
  };
}

function storable(at: Date): Date {
  const ms = at.getTime();
  return Number.isNaN(ms) || ms > lastStorable ? new Date(lastStorable) : new Date(Math.max(ms, 0));
}

const lastStorable = Date.parse('9999-12-31');

function amountsAsText(_name: string, value: unknown): unknown {
  return typeof value === 'bigint' ? formatUsd(value) : value;
}
