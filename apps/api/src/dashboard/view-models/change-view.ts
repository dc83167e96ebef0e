import type { PicoUsd } from '#core/money.js';
import { formatMoney } from '../format/format-money.js';
import { formatPercent } from '../format/format-percent.js';

/** How an amount differs from that of the period before. */
export interface ChangeView {
  /** `▲ 12.4 %` */
  text: string;
  /** In words, as a triangle is read to nobody. */
  spoken: string;
  /** Both values. */
  title: string;
}

/** Null where there is nothing to compare with. From nothing to something is no percentage. */
export function changeView(
  now: PicoUsd | null,
  before: PicoUsd | null,
  { periodBefore }: { periodBefore: string },
): ChangeView | null {
  if (now === null || before === null || (now === 0n && before === 0n)) return null;
  const title = `${formatMoney(now).text} now, ${formatMoney(before).text} in ${periodBefore}`;
  if (before <= 0n || now < 0n) return { text: 'new', spoken: 'nothing before', title };
  if (now === before) return { text: '＝', spoken: 'the same as before', title };
  const ratio = Math.abs(Number(now - before)) / Number(before);
  const percent = ratio < 9.995 ? formatPercent(ratio) : '> 999 %';
  return now > before
    ? { text: `▲ ${percent}`, spoken: `${percent} more`, title }
    : { text: `▼ ${percent}`, spoken: `${percent} less`, title };
}
