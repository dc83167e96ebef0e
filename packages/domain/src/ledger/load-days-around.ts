import { parseUsdSum } from '#core/money.js';
import { utcDay } from '#core/utc-day.js';
import type { Reader } from '#db/reader.js';
import { Prisma } from '#db/rows.js';
import { createModelOf, feeKinds } from '../books/fees.js';
import { hoursOfDay } from '../books/hours-of-day.js';
import type { DayAround, HoursAround, PartAround } from './cost-before-sync.js';

const hourMs = 3_600_000;
const noHours: HoursAround = { earlier: 0n, own: 0n, later: 0n };

interface Place {
  tenantId: string;
  organizationId: string;
}

interface UsageRow {
  index: number;
  model: string | null;
  hours: keyof HoursAround;
  usd: string;
  tokens: string;
}

interface LineRow {
  index: number;
  model: string | null;
  line: string;
  usd: string;
}

/** The UTC day of each instant, as usage and bill have it now; in their order. */
export async function loadDaysAround(reader: Reader, place: Place, instants: readonly Date[]): Promise<DayAround[]> {
  if (instants.length === 0) return [];
  const [usage, lines] = await Promise.all([
    reader.$queryRaw<UsageRow[]>(forEach(instants, (at, index) => usageAround(place, at, index))),
    reader.$queryRaw<LineRow[]>(forEach(instants, (at, index) => linesOfDay(place, at, index))),
  ]);
  const modelOf = createModelOf([...usage, ...lines].map(({ model }) => model));
  return instants.map((_, index) => {
    const day = new Map<string | null, PartAround>();
    const partOf = (model: string | null) => {
      const part = day.get(model) ?? { cost: { ...noHours }, tokens: { ...noHours }, billed: 0n };
      day.set(model, part);
      return part;
    };
    for (const { model, hours, usd, tokens } of usage.filter((one) => one.index === index)) {
      const part = partOf(model);
      part.cost[hours] += parseUsdSum(usd);
      part.tokens[hours] += BigInt(tokens);
    }
    for (const { model, line, usd } of lines.filter((one) => one.index === index)) {
      partOf(model ?? modelOf(line)).billed += parseUsdSum(usd);
    }
    return day;
  });
}

/** Each by itself: a range that a join gives is not looked up in the index. */
function forEach(instants: readonly Date[], question: (at: Date, index: number) => Prisma.Sql): Prisma.Sql {
  return Prisma.join(instants.map(question), ' UNION ALL ');
}

function usageAround(place: Place, at: Date, index: number): Prisma.Sql {
  const own = new Date(Math.floor(at.getTime() / hourMs) * hourMs);
  return Prisma.sql`
    SELECT ${index}::int AS index, NULLIF(CASE WHEN kind = ANY(${[...feeKinds]}) THEN '' ELSE model END, '') AS model,
      CASE WHEN hour < ${own} THEN 'earlier' WHEN hour = ${own} THEN 'own' ELSE 'later' END AS hours,
      sum(cost_usd)::text AS usd, sum(input_tokens + output_tokens)::text AS tokens
    FROM (${hoursOfDay(place, utcDay(at))}) AS hour_of_day
    GROUP BY 2, 3`;
}

function linesOfDay({ tenantId, organizationId }: Place, at: Date, index: number): Prisma.Sql {
  return Prisma.sql`
    SELECT ${index}::int AS index, NULLIF(model, '') AS model, CASE WHEN model = '' THEN line_item ELSE '' END AS line,
      sum(amount_usd)::text AS usd
    FROM cost_line
    WHERE tenant_id = ${tenantId}::uuid AND organization_id = ${organizationId}::uuid AND billed_on = (${at} AT TIME ZONE 'UTC')::date
    GROUP BY 2, 3`;
}
