import { formatUsd, type PicoUsd } from '#core/money.js';
import { utcDay } from '#core/utc-day.js';
import { arrayLiteral } from '#db/array-literal.js';
import type { Tx } from '#db/database.js';
import { Prisma } from '#db/rows.js';
import { type ColumnOf, rowsOf } from '#db/rows-of.js';
import { OrganizationReadError } from '#openai/organization/organization-read-error.js';
import type { CostBucket, ReportedCost } from '#openai/organization/read-costs.js';
import { findModel } from '#pricing/find-model.js';
import type { PriceBook } from '#pricing/price-book.js';
import { forgetDaySumsOf } from '../books/forget-day-sums.js';
import { changedDays } from './changed-days.js';
import type { Growth } from './feed-source.js';
import { writeUnknownResults } from './write-unknown-results.js';

export interface CostsWindow {
  organizationId: string;
  /** Whole UTC days, which together are everything from `from` up to, not including, `to`. */
  buckets: readonly CostBucket[];
  /** Buckets of impossible times, which are kept as unknown results. */
  setAside: readonly CostBucket[];
  from: Date;
  to: Date;
  /** When OpenAI was asked. */
  readAt: Date;
}

interface CostLine {
  day: string;
  projectId: string;
  apiKeyId: string;
  lineItem: string;
  quantityUnit: string;
  amount: PicoUsd;
  quantity: number | null;
}

// `numeric(24,12)` ends here.
const mostOfAnything = 10 ** 12;

/**
 * Puts the costs of the UTC days that differ from what was there in its place, and notes each day as read, those without costs too.
 * Lines that differ in nothing but their amount are one.
 * @throws OrganizationReadError `unreadable-amount` for more than a trillion USD
 */
export async function writeCostsWindow(
  tx: Tx,
  { book, window, installationDays }: { book: PriceBook; window: CostsWindow; installationDays?: number | undefined },
): Promise<Growth> {
  const lines = [...sumLines(window.buckets).values()];
  const columns = columnsOf(await modelsOf(tx, { lines, book, window }));
  const days = await changedDays(tx, {
    read: Prisma.sql`SELECT r.billed_on AS day, r.* FROM (${rowsOf(lines, columns)}) AS r`,
    stored: Prisma.sql`SELECT billed_on, ${namesOf(columns)} FROM cost_line WHERE ${within(window)}`,
  });
  const changed = lines.filter(({ day }) => days.includes(day));
  await forgetDaySumsOf(tx, 'billed', days);
  const removed = await tx.$executeRaw`
    DELETE FROM cost_line WHERE ${within(window)} AND billed_on = ANY(${days}::date[])`;
  if (changed.length > 0) {
    await tx.$executeRaw`
      INSERT INTO cost_line (tenant_id, organization_id, ${namesOf(columns)})
      SELECT current_tenant_id(), ${window.organizationId}::uuid, r.* FROM (${rowsOf(changed, columns)}) AS r`;
  }
  await noteDays(tx, window);
  const unknown = await writeUnknownResults(tx, { ...window, feed: 'costs', now: window.readAt, installationDays });
  return { rows: changed.length - removed, unknown };
}

function within({ organizationId, from, to }: CostsWindow): Prisma.Sql {
  const dayOf = (at: Date) => Prisma.sql`(${at}::timestamptz AT TIME ZONE 'UTC')::date`;
  return Prisma.sql`tenant_id = current_tenant_id() AND organization_id = ${organizationId}::uuid
    AND billed_on >= ${dayOf(from)} AND billed_on < ${dayOf(to)}`;
}

function sumLines(buckets: readonly CostBucket[]): Map<string, CostLine> {
  const lines = new Map<string, CostLine>();
  for (const { startAt, costs } of buckets) {
    for (const cost of costs) {
      const line = toLine(utcDay(startAt), cost);
      const key = JSON.stringify([line.day, line.projectId, line.apiKeyId, line.lineItem, line.quantityUnit]);
      const same = lines.get(key);
      lines.set(key, same ? add(same, line) : line);
    }
  }
  return lines;
}

function toLine(day: string, cost: ReportedCost): CostLine {
  const { projectId, apiKeyId, lineItem, quantityUnit, amountPicoUsd: amount, quantity } = cost;
  return {
    day,
    projectId: projectId ?? '',
    apiKeyId: apiKeyId ?? '',
    lineItem: lineItem ?? '',
    quantityUnit: quantityUnit ?? '',
    amount,
    quantity: quantity !== null && Math.abs(quantity) < mostOfAnything ? quantity : null,
  };
}

function add(a: CostLine, b: CostLine): CostLine {
  const quantity = a.quantity === null || b.quantity === null ? null : a.quantity + b.quantity;
  return { ...a, amount: a.amount + b.amount, quantity };
}

function columnsOf(models: ReadonlyMap<string, string>): readonly ColumnOf<CostLine>[] {
  return [
    { name: 'billed_on', type: 'date', of: ({ day }) => day },
    { name: 'project_id', type: 'text', of: ({ projectId }) => projectId },
    { name: 'api_key_id', type: 'text', of: ({ apiKeyId }) => apiKeyId },
    { name: 'line_item', type: 'text', of: ({ lineItem }) => lineItem },
    { name: 'quantity_unit', type: 'text', of: ({ quantityUnit }) => quantityUnit },
    { name: 'model', type: 'text', of: ({ lineItem }) => models.get(modelPart(lineItem)) ?? '' },
    { name: 'amount_usd', type: 'numeric(24,12)', of: ({ amount }) => usdOf(amount) },
    { name: 'quantity', type: 'numeric(24,12)', of: ({ quantity }) => quantity },
  ];
}

const namesOf = (columns: readonly ColumnOf<CostLine>[]) => Prisma.raw(columns.map(({ name }) => name).join(', '));

function usdOf(amount: PicoUsd): string {
  const text = formatUsd(amount);
  if (Math.abs(Number(text)) >= mostOfAnything) {
    throw new OrganizationReadError('unreadable-amount', 'A cost is over a trillion USD.');
  }
  return text;
}

/** `<model>, <component>`: what stands before the last comma. Only a label to group by; no sum depends on it. */
function modelPart(lineItem: string): string {
  return lineItem.slice(0, Math.max(0, lineItem.lastIndexOf(', ')));
}

/** Of what lines name as their model, those that are one: known to the prices, or reported as used. */
async function modelsOf(
  tx: Tx,
  { lines, book, window }: { lines: readonly CostLine[]; book: PriceBook; window: CostsWindow },
): Promise<Map<string, string>> {
  const named = new Set(lines.map(({ lineItem }) => modelPart(lineItem)));
  named.delete('');
  const unpriced = [...named].filter((name) => findModel(book, name) === undefined);
  const used =
    unpriced.length === 0
      ? []
      : await tx.$queryRaw<{ name: string }[]>`
    SELECT DISTINCT model AS name FROM reported_hourly
    WHERE tenant_id = current_tenant_id() AND organization_id = ${window.organizationId}::uuid
      AND hour >= ${window.from}::timestamptz AND hour < ${window.to}::timestamptz
      AND model = ANY(${arrayLiteral(unpriced)}::text[])`;
  const known = [...[...named].filter((name) => !unpriced.includes(name)), ...used.map(({ name }) => name)];
  return new Map(known.map((name) => [name, name]));
}

async function noteDays(tx: Tx, window: CostsWindow): Promise<void> {
  const { organizationId, from, to, readAt } = window;
  await tx.$executeRaw`DELETE FROM billed_day WHERE ${within(window)}`;
  await tx.$executeRaw`
    INSERT INTO billed_day (tenant_id, organization_id, billed_on, amount_usd, read_at)
    SELECT current_tenant_id(), ${organizationId}::uuid, day::date, COALESCE(sum(l.amount_usd), 0), ${readAt}::timestamptz
    FROM generate_series(${from}::timestamptz AT TIME ZONE 'UTC', (${to}::timestamptz - interval '1 day') AT TIME ZONE 'UTC',
      interval '1 day') AS day
      LEFT JOIN cost_line l ON l.tenant_id = current_tenant_id() AND l.organization_id = ${organizationId}::uuid
        AND l.billed_on = day::date
    GROUP BY day`;
}
