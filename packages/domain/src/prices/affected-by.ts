import type { ChangedPrice } from '#pricing/diff-price-books.js';
import type { AffectedUsage } from './affected-usage.js';

/** The usage that changed prices may be about: their models, from the first day of any up to the last of any. */
export function affectedBy(changes: readonly ChangedPrice[]): AffectedUsage {
  return {
    models: [...new Set(changes.map(({ model }) => model))],
    from: outermost(
      changes.map(({ from }) => from),
      (a, b) => a < b,
    ),
    to: outermost(
      changes.map(({ to }) => to),
      (a, b) => a > b,
    ),
  };
}

/** Null when there are none, or any is open. */
function outermost(days: readonly (string | null)[], isFurther: (a: string, b: string) => boolean): Date | null {
  const closed = days.filter((day) => day !== null);
  const [first] = closed;
  if (first === undefined || closed.length < days.length) return null;
  return new Date(`${closed.reduce((a, b) => (isFurther(b, a) ? b : a), first)}T00:00:00Z`);
}
