import type { Clock } from '#core/clock.js';
import type { Reader } from '#db/reader.js';
import { Prisma } from '#db/rows.js';
import { type BookDeps, withBookSnapshot } from '../books/book-snapshot.js';
import type { DaySpan } from '../books/book.js';
import { keysAtOpenAi } from '../openai-projects/keys-at-openai.js';
import { isProvisional, provisionalDaysSql } from '../organizations/billed-day.js';
import { isConnectedSql, isTwinSql } from '../organizations/organization.js';
import { organizationNotFound } from '../organizations/get-organization.js';

/** UTC days and organizations that are compared. */
export interface ScopeQuery extends DaySpan {
  organizationId?: string | undefined;
  projectId?: string | undefined;
}

/** A key at OpenAI that is a stored one. */
export interface KeyLink {
  openaiKeyId: string;
  providerKeyId: string;
  /** The stored key in whose row both stand: the same, or of one that was deleted and stored again its successor. */
  standingKeyId: string;
}

/** What is known of the days and keys that are compared, beside their figures. */
export interface BooksScope {
  hasOrganization: boolean;
  links: KeyLink[];
  /** Costs of the day were read, if only of one organization. A day that may still be billed and was not yet is unknown. */
  isBilled(day: string): boolean;
  /** Costs of the day may still change, or were not read of every organization. */
  isBillProvisional(day: string): boolean;
  /** Usage of the day was imported, if only of one organization. */
  isReported(day: string): boolean;
  /** OpenAI may still report usage of the day. */
  isUsageProvisional(day: string): boolean;
}

/** @throws Problem `not-found` for an organization that the tenant has not */
export function readBooksScope(
  deps: BookDeps & { clock: Clock },
  tenantId: string,
  query: ScopeQuery,
): Promise<BooksScope> {
  return withBookSnapshot(deps, tenantId, async ({ snapshot: { steadyReader: reader } }) => {
    const [organizations, days, links] = await Promise.all([
      findOrganizations(reader, tenantId, query),
      findBilledDays(reader, tenantId, query),
      findKeyLinks(reader, tenantId, query),
    ]);
    if (query.organizationId !== undefined && organizations.length === 0) throw organizationNotFound();
    const now = deps.clock.now();
    const dayOf = new Map(days.map((row) => [row.day, row]));
    const expected = (day: string) => organizations.filter((one) => isExpected(one, day)).length;
    const usageFrom = organizations.flatMap((one) => one.usageFrom ?? []).toSorted()[0];
    const usageTo = organizations
      .flatMap((one) => one.usageTo ?? [])
      .toSorted()
      .at(-1);
    return {
      hasOrganization: organizations.length > 0,
      links,
      isBilled: (day) => dayOf.get(day)?.isKnown ?? false,
      isBillProvisional: perDay((day) => (dayOf.get(day)?.final ?? 0) < Math.max(1, expected(day))),
      isReported: (day) => usageFrom !== undefined && usageTo !== undefined && day >= usageFrom && day <= usageTo,
      isUsageProvisional: perDay((day) => isProvisional(day, now)),
    };
  });
}

/** Found once for each day, as every cell of a day asks. */
function perDay(find: (day: string) => boolean): (day: string) => boolean {
  const found = new Map<string, boolean>();
  return (day) => {
    const known = found.get(day) ?? find(day);
    found.set(day, known);
    return known;
  };
}

interface OrganizationDays {
  isConnected: boolean;
  firstBilled: string | null;
  lastBilled: string | null;
  usageFrom: string | null;
  usageTo: string | null;
}

function findOrganizations(
  reader: Reader,
  tenantId: string,
  { organizationId, projectId }: ScopeQuery,
): Promise<OrganizationDays[]> {
  const text = (instant: Prisma.Sql) => Prisma.sql`to_char(${instant} AT TIME ZONE 'UTC', 'YYYY-MM-DD')`;
  return reader.$queryRaw`
    SELECT ${isConnectedSql} AND NOT ${isTwinSql} AS "isConnected",
      to_char(b.first, 'YYYY-MM-DD') AS "firstBilled", to_char(b.last, 'YYYY-MM-DD') AS "lastBilled",
      ${text(Prisma.sql`f.from_at`)} AS "usageFrom", ${text(Prisma.sql`f.to_at`)} AS "usageTo"
    FROM organization o
      JOIN provider_key k ON k.tenant_id = o.tenant_id AND k.id = o.provider_key_id,
      LATERAL (SELECT min(billed_on) AS first, max(billed_on) AS last FROM billed_day
        WHERE tenant_id = o.tenant_id AND organization_id = o.id) b,
      LATERAL (SELECT min(known_from) AS from_at, max(known_to) - interval '1 ms' AS to_at FROM import_feed
        WHERE tenant_id = o.tenant_id AND organization_id = o.id AND feed <> 'costs') f
    WHERE o.tenant_id = ${tenantId}::uuid AND ${scoped(Prisma.sql`o.id`, { organizationId, projectId })}`;
}

/** A connected one should have read every day since its first; one that is cut off, those up to its last. */
function isExpected({ isConnected, firstBilled, lastBilled }: OrganizationDays, day: string): boolean {
  if (firstBilled === null || lastBilled === null) return isConnected;
  return day >= firstBilled && (isConnected || day <= lastBilled);
}

function findBilledDays(
  reader: Reader,
  tenantId: string,
  query: ScopeQuery,
): Promise<{ day: string; isKnown: boolean; final: number }[]> {
  return reader.$queryRaw`
    SELECT billed_on::text AS day, bool_or(amount_usd <> 0 OR NOT ${provisionalDaysSql}) AS "isKnown",
      (count(*) FILTER (WHERE NOT ${provisionalDaysSql}))::int AS final
    FROM billed_day
    WHERE tenant_id = ${tenantId}::uuid AND billed_on BETWEEN ${query.fromDay}::date AND ${query.toDay}::date
      AND ${scoped(Prisma.sql`organization_id`, query)}
    GROUP BY billed_on`;
}

/** Linked keys are at most as many as stored ones, and a few that these were before. */
function findKeyLinks(reader: Reader, tenantId: string, { organizationId, projectId }: ScopeQuery): Promise<KeyLink[]> {
  const only = [
    ...(organizationId === undefined ? [] : [Prisma.sql`AND organization_id = ${organizationId}::uuid`]),
    ...(projectId === undefined ? [] : [Prisma.sql`AND project_id = ${projectId}`]),
  ];
  return reader.$queryRaw`
    SELECT openai_id AS "openaiKeyId", stored_id::text AS "providerKeyId", standing_id::text AS "standingKeyId"
    FROM (${keysAtOpenAi(Prisma.sql`${tenantId}::uuid`)}) AS known
    WHERE TRUE ${only.length === 0 ? Prisma.empty : Prisma.join(only, ' ')}
    ORDER BY openai_id, stored_id LIMIT 20000`;
}

/** The organization asked for, or the one that has the project. */
function scoped(column: Prisma.Sql, { organizationId, projectId }: Partial<ScopeQuery>): Prisma.Sql {
  if (organizationId !== undefined) return Prisma.sql`${column} = ${organizationId}::uuid`;
  if (projectId === undefined) return Prisma.sql`TRUE`;
  return Prisma.sql`${column} IN (SELECT organization_id FROM openai_project
    WHERE tenant_id = current_tenant_id() AND id = ${projectId})`;
}
