import type { Clock } from '#core/clock.js';
import type { PicoUsd } from '#core/money.js';
import type { Database } from '#db/database.js';
import { reconcile, type ReconciliationQuery } from './reconcile.js';
import { type DifferenceReason, differenceReasons, type ReconciliationRow, type ThreeBooks } from './reconciliation.js';
import { toCsv } from '../csv/to-csv.js';

type Value = string | PicoUsd | null;

const bookColumns: Record<string, (row: ThreeBooks) => Value> = {
  measured_usd: (row) => row.measured,
  reported_usd: (row) => row.reported,
  billed_usd: (row) => row.billed,
  ...differenceColumns('billed_less_reported', (row) => row.billedLessReported),
  ...differenceColumns('reported_less_measured', (row) => row.reportedLessMeasured),
};

/** The difference, its percentage, and a column for each reason, which sum to it. */
function differenceColumns(
  name: string,
  of: (row: ThreeBooks) => ThreeBooks['billedLessReported'],
): Record<string, (row: ThreeBooks) => Value> {
  const percent = (row: ThreeBooks) => of(row)?.percent ?? null;
  const part = (row: ThreeBooks, reason: DifferenceReason) =>
    of(row)?.parts.find((one) => one.reason === reason)?.amount ?? null;
  return {
    [`${name}_usd`]: (row) => of(row)?.amount ?? null,
    // Two decimals, exactly, as a number that no spreadsheet takes for a formula.
    [`${name}_percent`]: (row) => toNumber(percent(row)),
    ...Object.fromEntries(
      differenceReasons.map((reason) => [
        `${name}_${reason.replaceAll('-', '_')}_usd`,
        (row: ThreeBooks) => part(row, reason),
      ]),
    ),
  };
}

function toNumber(percent: number | null): PicoUsd | null {
  return percent === null ? null : BigInt(Math.round(percent * 100)) * 10_000_000_000n;
}

/** The rows of a reconciliation as CSV in one piece; what is beyond its limit is the last row. */
export async function* streamReconciliationCsv(
  deps: { db: Database; clock: Clock },
  tenantId: string,
  query: ReconciliationQuery,
): AsyncGenerator<string, void, undefined> {
  const { rows, rest } = await reconcile(deps, tenantId, query);
  const figures = (row: ThreeBooks) => Object.values(bookColumns).map((value) => value(row));
  const isCalendar = query.by === 'day' || query.by === 'month';
  const provisional = (row: ReconciliationRow) => (isCalendar ? String(row.isProvisional) : null);
  const head = [query.by, 'name', 'is_provisional', ...Object.keys(bookColumns)];
  const others = rest ? [[null, `${rest.rows} others`, null, ...figures(rest)]] : [];
  yield toCsv([head, ...rows.map((row) => [row.group, row.name, provisional(row), ...figures(row)]), ...others]);
}
