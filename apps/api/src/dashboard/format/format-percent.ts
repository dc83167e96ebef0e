/**
 * A share of 0 to 1 as a percentage with one decimal. What is not all never reads as 100 %, and what is something
 * never reads as 0 %. Null (nothing to take a share of) is `–`.
 */
export function formatPercent(ratio: number | null): string {
  if (ratio === null) return '–';
  if (ratio > 0 && ratio < 0.001) return '< 0.1 %';
  if (ratio > 0.999 && ratio < 1) return '> 99.9 %';
  return `${(ratio * 100).toFixed(1)} %`;
}
