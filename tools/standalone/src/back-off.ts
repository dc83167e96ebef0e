export interface BackOffLimits {
  firstMs: number;
  maxMs: number;
  /** Whoever ran this long before the next failure begins again with `firstMs`. */
  steadyAfterMs: number;
}

export const restartLimits: BackOffLimits = { firstMs: 500, maxMs: 30_000, steadyAfterMs: 60_000 };

/** How long to wait before each restart: doubled from one failure to the next, up to the maximum. */
export function createBackOff(limits: BackOffLimits): { nextDelayMs(ranForMs: number): number } {
  let delayMs = limits.firstMs;
  return {
    nextDelayMs(ranForMs) {
      if (ranForMs >= limits.steadyAfterMs) delayMs = limits.firstMs;
      const current = delayMs;
      delayMs = Math.min(delayMs * 2, limits.maxMs);
      return current;
    },
  };
}
