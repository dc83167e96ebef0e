import type { Reader } from '#db/reader.js';

export interface ProbeCounts {
  total: number;
  ok: number;
  failed: number;
}

/** Probes of each of these keys from `from` (inclusive) to `to` (exclusive), whole UTC hours; no key is left out. */
export async function readProbeCounts(
  reader: Reader,
  tenantId: string,
  { providerKeyIds, from, to }: { providerKeyIds: readonly string[]; from: Date; to: Date },
): Promise<Map<string, ProbeCounts>> {
  // A look into the key of the table per id: of a tenant's hours, a page of keys has few.
  const rows = await reader.$queryRaw<(ProbeCounts & { id: string })[]>`
    SELECT k.id::text, total, ok, total - ok AS failed
    FROM unnest(${[...providerKeyIds]}::uuid[]) AS k(id), LATERAL (
      SELECT COALESCE(sum(runs), 0)::float8 AS total, COALESCE(sum(runs) FILTER (WHERE outcome = 'ok'), 0)::float8 AS ok
      FROM probe_hourly
      WHERE tenant_id = ${tenantId}::uuid AND provider_key_id = k.id AND hour >= ${from} AND hour < ${to}
    ) AS h`;
  return new Map(rows.map(({ id, ...counts }) => [id, counts]));
}
