/** A latency: `312 ms`, from one second up `1.24 s`. Null is `–`. */
export function formatLatency(latencyMs: number | null): string {
  if (latencyMs === null) return '–';
  if (latencyMs < 999.5) return `${Math.round(latencyMs)} ms`;
  return `${(latencyMs / 1000).toFixed(latencyMs < 9_995 ? 2 : 1)} s`;
}

const secsPer = { d: 86_400, h: 3_600, min: 60 } as const;

/** An interval in the largest unit that divides it: `300` → `5 min`, `90` → `90 s`, `86400` → `24 h`. */
export function formatInterval(intervalSecs: number): string {
  for (const unit of ['d', 'h', 'min'] as const) {
    const count = intervalSecs / secsPer[unit];
    if (Number.isInteger(count) && (unit !== 'd' || count > 1)) return `${count} ${unit}`;
  }
  return `${intervalSecs} s`;
}
