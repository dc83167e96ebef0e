import { formatUsd, parseUsd } from '#core/money.js';
import type { Database } from '#db/database.js';
import { withTenant } from '#db/with-tenant.js';
import { type UsageKind, usageKinds } from '#openai/organization/usage-result.js';
import { emptyUsage } from '#pricing/usage.js';
import type { SimulatorControls } from '#simulator/create-simulator.js';

/** What was used per kind, and billed per project and per line; zeros are left out. */
export interface Figures {
  usage: Record<string, Record<string, number>>;
  billedByProject: Record<string, string>;
  billedByLine: Record<string, string>;
}

/** A vector store's bytes are a level and do not add up; some kinds have no requests, or those of completions. */
const level: UsageKind = 'vector_stores';
const withoutRequests: readonly UsageKind[] = ['code_interpreter_sessions', 'file_search_calls', 'web_search_calls'];

interface Stored {
  tenantId: string;
  organizationId: string;
  from: Date;
  to?: Date;
}

/** What is stored of an organization from `from` on (and before `to`), of rows and not of sums. */
export async function importedFigures(
  db: Database,
  { tenantId, organizationId, from, to = new Date('9999-12-31') }: Stored,
): Promise<Figures> {
  return withTenant(db, tenantId, async (tx) => {
    const usage = await tx.$queryRaw<{ kind: UsageKind; figures: Record<string, number> }[]>`
      SELECT kind, jsonb_build_object('requests', sum(requests), 'quantity', coalesce(sum(quantity), 0),
        'inputUncachedTokens', sum(input_uncached_tokens), 'inputCachedTokens', sum(input_cached_tokens),
        'cacheWriteTokens', sum(cache_write_tokens), 'cacheWrite12hTokens', sum(cache_write_12h_tokens),
        'audioInputTokens', sum(audio_input_tokens), 'audioCachedInputTokens', sum(audio_cached_input_tokens),
        'imageInputTokens', sum(image_input_tokens), 'imageCachedInputTokens', sum(image_cached_input_tokens),
        'outputTokens', sum(output_tokens), 'audioOutputTokens', sum(audio_output_tokens),
        'imageOutputTokens', sum(image_output_tokens)) AS figures
      FROM reported_usage WHERE organization_id = ${organizationId}::uuid AND bucket_at >= ${from} AND bucket_at < ${to} AND kind <> ${level}
      GROUP BY kind`;
    const billed = await tx.costLine.findMany({ where: { organizationId, billedOn: { gte: from, lt: to } } });
    const lines = billed.map(({ amountUsd, ...line }) => ({ ...line, picoUsd: parseUsd(amountUsd.toFixed(12)) }));
    return {
      usage: Object.fromEntries(usage.map(({ kind, figures }) => [kind, nonZero(figures)])),
      billedByProject: sumBy(lines, ({ projectId }) => projectId),
      billedByLine: sumBy(lines, ({ lineItem }) => lineItem),
    };
  });
}

/** What the simulator says of the same, as far as it is reported by now. */
export function trueFigures(
  controls: SimulatorControls,
  { from, to, organization = 1 }: { from: Date; to: Date; organization?: number },
): Figures {
  const totals = controls.trueTotals({ from, to, groupBy: ['project_id', 'line_item'], organization });
  const { usage } = controls.trueTotals({ from, to, organization });
  const flows = usageKinds.filter((kind) => kind !== level && usage[kind].length > 0);
  return {
    usage: Object.fromEntries(flows.map((kind) => [kind, figuresOf(kind, usage[kind][0])])),
    billedByProject: sumBy(totals.costs, ({ group }) => String(group['project_id'])),
    billedByLine: sumBy(totals.costs, ({ group }) => String(group['line_item'])),
  };
}

function figuresOf(
  kind: UsageKind,
  total: { requests: number; counts: Record<string, number> } | undefined,
): Record<string, number> {
  const { requests = 0, counts = {} } = total ?? {};
  const [only = 0] = Object.values(counts);
  const unit = kind === 'embeddings' || kind === 'moderations' ? 'inputUncachedTokens' : 'quantity';
  const named = kind === 'completions' ? { ...emptyUsage, ...counts } : { [unit]: only };
  return nonZero({ ...named, requests: withoutRequests.includes(kind) ? 0 : requests });
}

interface Amount {
  picoUsd: bigint;
}

function sumBy<T extends Amount>(amounts: readonly T[], keyOf: (amount: T) => string): Record<string, string> {
  const sums = new Map<string, bigint>();
  for (const amount of amounts) sums.set(keyOf(amount), (sums.get(keyOf(amount)) ?? 0n) + amount.picoUsd);
  return Object.fromEntries([...sums].map(([key, sum]) => [key, formatUsd(sum)]));
}

function nonZero(figures: Record<string, number>): Record<string, number> {
  return Object.fromEntries(Object.entries(figures).filter(([, figure]) => figure !== 0));
}
