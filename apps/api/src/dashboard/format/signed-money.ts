import type { PicoUsd } from '#core/money.js';
import { formatMoney, type MoneyOptions, type MoneyView } from './format-money.js';

/** An amount with its sign, as what is added or by how much two amounts differ: more than nothing has a plus. */
export function signedMoney(amount: PicoUsd | null, options?: MoneyOptions): MoneyView {
  const money = formatMoney(amount, options);
  return amount !== null && amount > 0n ? { ...money, text: money.text.replace('$', '+$') } : money;
}
