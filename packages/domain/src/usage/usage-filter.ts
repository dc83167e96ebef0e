import { Prisma } from '#db/rows.js';

export const usageSources = ['probe', 'event'] as const;
export type UsageSource = (typeof usageSources)[number];

/** Which usage is meant; what is left out does not narrow. */
export interface UsageFilter {
  keyId?: string | undefined;
  source?: UsageSource | undefined;
  /** Exactly this model name. */
  model?: string | undefined;
  /** Exactly this service tier. */
  tier?: string | undefined;
  /** Exactly this end user. */
  endUser?: string | undefined;
  /** Inclusive. */
  from?: Date | undefined;
  /** Exclusive. */
  to?: Date | undefined;
}

/** By something else than time. */
export function isNarrowed({ from: _from, to: _to, ...rest }: UsageFilter): boolean {
  return Object.values(rest).some((value) => value !== undefined);
}

/**
 * The conditions on usage records beside the time. The tenant is named although row-level security adds it as well, so
 * that the planner sees the first column of every key.
 */
export function sameUsage(tenantId: string, { keyId, source, model, tier, endUser }: UsageFilter): Prisma.Sql {
  return Prisma.join(
    [
      Prisma.sql`tenant_id = ${tenantId}::uuid`,
      ...(keyId === undefined ? [] : [Prisma.sql`provider_key_id = ${keyId}::uuid`]),
      ...(source === undefined ? [] : [Prisma.sql`source = ${source}`]),
      ...(model === undefined ? [] : [Prisma.sql`model = ${model}`]),
      ...(tier === undefined ? [] : [Prisma.sql`service_tier = ${tier}`]),
      ...(endUser === undefined ? [] : [Prisma.sql`end_user = ${endUser}`]),
    ],
    ' AND ',
  );
}

/** Usage that occurred in [from, to); an absent end is open. */
export function within({ from, to }: Pick<UsageFilter, 'from' | 'to'>): Prisma.Sql {
  return Prisma.join(
    [
      Prisma.sql`TRUE`,
      ...(from === undefined ? [] : [Prisma.sql`occurred_at >= ${from}`]),
      ...(to === undefined ? [] : [Prisma.sql`occurred_at < ${to}`]),
    ],
    ' AND ',
  );
}
