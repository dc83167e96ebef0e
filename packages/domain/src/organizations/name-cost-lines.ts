import { arrayLiteral } from '#db/array-literal.js';
import type { Tx } from '#db/database.js';
import { Prisma } from '#db/rows.js';
import { forgetDaySums } from '../books/forget-day-sums.js';

/** Which lines: those of an organization whose UTC day holds any of [from, to), or all that the tenant has. */
interface Lines {
  within?: { organizationId: string; from: Date; to: Date };
  /** As lines name them. */
  models: readonly string[];
}

/**
 * Gives lines of the bill their model that were read when nothing knew what they name: before the usage of their day, or
 * before the model had a price. Does nothing, and forgets no sums, where every line has one; so to be called before
 * anything else is written.
 */
export async function nameCostLines(tx: Tx, lines: Lines): Promise<void> {
  if (lines.models.length === 0) return;
  const nameless = namelessLines(lines);
  const [found] = await tx.$queryRaw<{ from: Date | null; to: Date | null }[]>`
    SELECT min(billed_on)::timestamp AT TIME ZONE 'UTC' AS "from",
      (max(billed_on) + 1)::timestamp AT TIME ZONE 'UTC' AS "to"
    FROM cost_line WHERE ${nameless}`;
  if (!found?.from || !found.to) return;
  await forgetDaySums(tx, { book: 'billed', from: found.from, to: found.to });
  await tx.$executeRaw`UPDATE cost_line SET model = ${modelPart} WHERE ${nameless}`;
}

/** What lines of the bill without a model name as theirs, each once. */
export async function listNamelessModels(tx: Tx): Promise<string[]> {
  const rows = await tx.$queryRaw<{ name: string }[]>`
    SELECT DISTINCT ${modelPart} AS name FROM cost_line
    WHERE tenant_id = current_tenant_id() AND model = '' AND ${modelPart} <> ''`;
  return rows.map(({ name }) => name);
}

/** `<model>, <component>`: what stands before the last comma. */
const modelPart = Prisma.sql`substring(line_item FROM '^(.*), ')`;

function namelessLines({ within, models }: Lines): Prisma.Sql {
  return Prisma.sql`
    tenant_id = current_tenant_id() AND model = '' AND ${modelPart} = ANY(${arrayLiteral(models)}::text[])
    ${within ? Prisma.sql`AND ${inDaysOf(within)}` : Prisma.empty}`;
}

function inDaysOf({ organizationId, from, to }: NonNullable<Lines['within']>): Prisma.Sql {
  return Prisma.sql`organization_id = ${organizationId}::uuid
    AND billed_on BETWEEN (${from}::timestamptz AT TIME ZONE 'UTC')::date
      AND ((${to}::timestamptz - interval '1 millisecond') AT TIME ZONE 'UTC')::date`;
}
