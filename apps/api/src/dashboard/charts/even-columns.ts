/** Lengths in pixels and percents: more digits than two are not seen, and every one is sent. */
export function round(length: number): number {
  return Math.round(length * 100) / 100;
}

/** Where the columns of points stand that share the width evenly, in percents of it. */
export function evenColumns(count: number) {
  const step = 100 / Math.max(1, count);
  const middle = (index: number) => (index + 0.5) * step;
  return {
    /** In a box so many units wide. */
    x: (index: number, width: number) => round((middle(index) * width) / 100),
    place: (index: number) => ({
      middle: `${round(middle(index))}%`,
      hitX: `${round(index * step)}%`,
      hitWidth: `${round(step)}%`,
    }),
  };
}
