import { Problem } from '#core/problem.js';
import { overrideFaults } from '#domain/prices/override-faults.js';
import type { NewOverride } from '#domain/prices/price-change.js';
import { pricePerUnit } from '#domain/prices/price-per-unit.js';
import { addDays, isDay } from '#domain/spend/local-days.js';
import { priceKinds } from '#pricing/price-scale.js';
import type { Visit } from './page-route.js';
import { readAmount } from './read-amount.js';

/**
 * A price of one's own as it is typed: for as many units as people count by, and with a last day, on which it still holds.
 * @throws Problem `invalid-request` with a fault by field, in words of the form
 */
export function readOverrideForm(form: Visit['form']): NewOverride {
  const value = (name: string) => form[name]?.trim() ?? '';
  const kind = priceKinds.find((one) => one === value('kind'));
  const usd = readAmount(value('usd'));
  const usdPerUnit = usd !== '' && kind ? pricePerUnit(usd, kind) : usd;
  const [from, lastDay] = [value('from'), value('lastDay')];
  const override = {
    model: value('model'),
    tier: value('tier'),
    context: value('context'),
    kind: value('kind'),
    usdPerUnit: usdPerUnit ?? usd,
    percentOff: readPercent(value('percentOff')),
    from,
    to: dayAfter(lastDay),
    note: value('note'),
  };
  const faults = overrideFaults(override);
  const priceFault = twoReadings(value('usd')) ?? (usdPerUnit === null ? notAPrice : undefined);
  if (priceFault !== undefined) faults.usdPerUnit = priceFault;
  if (faults.to !== undefined && isDay(lastDay) && lastDay < from) faults.to = endsBeforeItBegins;
  assertNone(faults);
  return override;
}

/** Below a hundred there are no thousands, so that a comma is a decimal one. */
function readPercent(text: string): string {
  const bare = text.replace('−', '-').replace(/\s*%$/, '');
  return /^-?\d+,\d+$/.test(bare) ? bare.replace(',', '.') : bare;
}

/** Prices have thousandths of a dollar, and thousands of them. */
function twoReadings(typed: string): string | undefined {
  const [, dollars, rest] = /^[^\d,.]*([1-9]\d{0,2}),(\d{3})[^\d,.]*$/.exec(typed) ?? [];
  return dollars && `can be read in two ways: write ${dollars}.${rest} or ${dollars}${rest}`;
}

const notAPrice = 'must be a decimal number of USD, such as 2.50';
const endsBeforeItBegins = 'must not be before the first day; for one day alone, give it as both';

/** What is no day stays as it is, to be refused. */
const dayAfter = (day: string) => (isDay(day) ? addDays(day, 1) : day);

function assertNone(faults: ReturnType<typeof overrideFaults>): void {
  const named = Object.entries(faults).map(([field, fault]) => [`add.0.${field}`, fault] as const);
  if (named.length === 0) return;
  const detail = 'Nothing was changed: the price is not valid.';
  throw new Problem('invalid-request', { detail, fields: Object.fromEntries(named) });
}
