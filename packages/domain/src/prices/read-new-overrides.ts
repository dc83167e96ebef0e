import { newId } from '#core/ids.js';
import { parseUsd } from '#core/money.js';
import { Problem } from '#core/problem.js';
import { priceKinds } from '#pricing/price-scale.js';
import { priceTiers } from '#pricing/price-sheet.js';
import { overrideContexts, overrideFaults, repeatedOverrides } from './override-faults.js';
import type { NewOverride } from './price-change.js';
import type { NotedOverride } from './select-overrides.js';

/**
 * All of a list, each with an id of its own, or none.
 * @throws Problem `invalid-request` with a fault by field, such as `add.3.model`
 */
export function readNewOverrides(
  given: readonly NewOverride[],
  by: { createdAt: Date; createdBy: string },
): NotedOverride[] {
  const faults = given.flatMap((one, index) =>
    Object.entries(overrideFaults(one)).map(([field, fault]) => [`add.${index}.${field}`, fault] as const),
  );
  for (const [index, first] of repeatedOverrides(given)) {
    faults.push([`add.${index}.model`, `says again what add.${first} says, from the same day on: keep one of both`]);
  }
  if (faults.length > 0) {
    const detail = 'Nothing was changed: some prices are not valid.';
    throw new Problem('invalid-request', { detail, fields: Object.fromEntries(faults) });
  }
  return given.map((one) => ({ id: newId(), ...overrideTerms(one), note: one.note ?? '', ...by }));
}

/** What an override without faults says of prices. */
export function overrideTerms(given: NewOverride): Omit<NotedOverride, 'id' | 'note' | 'createdAt' | 'createdBy'> {
  return {
    model: given.model,
    tier: memberOf(priceTiers, given.tier),
    context: memberOf(overrideContexts, given.context),
    kind: memberOf(priceKinds, given.kind),
    variant: given.variant || null,
    picoUsdPerUnit: given.usdPerUnit ? parseUsd(given.usdPerUnit) : null,
    picoPercentOff: given.percentOff ? parseUsd(given.percentOff) : null,
    effectiveFrom: given.from || null,
    effectiveTo: given.to || null,
  };
}

function memberOf<T extends string>(allowed: readonly T[], value: string | null | undefined): T | null {
  return allowed.find((one) => one === value) ?? null;
}
