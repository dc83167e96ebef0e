const hourMs = 3_600_000;

/** When the last `count` UTC hours began, the running one included: from when on to ask the rollup for them. */
export function startOfHours(now: Date, count: number): Date {
  return new Date((Math.floor(now.getTime() / hourMs) - count + 1) * hourMs);
}
