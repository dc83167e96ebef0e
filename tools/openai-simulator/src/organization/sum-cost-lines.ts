import type { CostLine } from './cost-lines.js';

/** Cost lines added up; their unit only if they share one, as quantities of different things have no sum. */
export function sumCostLines(lines: readonly CostLine[]): { picoUsd: bigint; quantity: number; unit: string | null } {
  let picoUsd = 0n;
  let quantity = 0;
  for (const line of lines) {
    picoUsd += line.picoUsd;
    quantity += line.quantity;
  }
  const unit = lines[0]?.unit ?? null;
  return { picoUsd, quantity, unit: lines.every((line) => line.unit === unit) ? unit : null };
}
