/** A count as a reader sees it, with the exact figure on hover. */
export interface CountView {
  text: string;
  title: string;
}

const units = [
  { from: 999_500_000, per: 1_000_000_000, suffix: 'B' },
  { from: 999_500, per: 1_000_000, suffix: 'M' },
  { from: 10_000, per: 1_000, suffix: 'k' },
] as const;

/** Tokens with three significant digits: `1,234` · `12.3k` · `4.56M`. Below 10,000 they are exact. Null is `–`. */
export function formatTokens(tokens: number | null): CountView {
  if (tokens === null) return { text: '–', title: 'Not reported' };
  const exact = formatCount(tokens);
  const unit = units.find(({ from }) => tokens >= from);
  if (!unit) return { text: exact, title: `${exact} tokens` };
  const scaled = tokens / unit.per;
  const decimals = scaled < 9.995 ? 2 : scaled < 99.95 ? 1 : 0;
  return { text: `${scaled.toFixed(decimals)}${unit.suffix}`, title: `${exact} tokens` };
}

/** A whole number with thousands separated: `12,096`. */
export function formatCount(count: number): string {
  return Math.round(count)
    .toString()
    .replace(/\B(?=(\d{3})+$)/g, ',');
}
