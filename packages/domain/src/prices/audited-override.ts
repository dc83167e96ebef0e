import { formatUsd } from '#core/money.js';
import type { NotedOverride } from './select-overrides.js';

/** As many as an audit event names; the version of prices has them all. */
const mostNamed = 50;

/** Prices of one's own as the audit keeps them, such as `gpt-4o input flex: 0.0000025 USD per unit, from 2026-01-01`. */
export function auditedOverrides(overrides: readonly NotedOverride[]): string[] {
  const lines = overrides.slice(0, mostNamed).map(toLine);
  const more = overrides.length - lines.length;
  return more > 0 ? [...lines, `and ${more} more`] : lines;
}

function toLine(override: NotedOverride): string {
  const { model, kind, tier, context, variant, effectiveFrom, effectiveTo } = override;
  const what = [model, kind, tier, context, variant].filter(Boolean).join(' ');
  const from = effectiveFrom === null ? '' : `, from ${effectiveFrom}`;
  const to = effectiveTo === null ? '' : `, before ${effectiveTo}`;
  return `${what}: ${priceOf(override)}${from}${to}`;
}

function priceOf({ picoUsdPerUnit, picoPercentOff }: NotedOverride): string {
  return picoUsdPerUnit === null
    ? `${formatUsd(picoPercentOff ?? 0n)} % off`
    : `${formatUsd(picoUsdPerUnit)} USD per unit`;
}
