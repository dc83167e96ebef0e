import { Prisma } from '#db/rows.js';
import { regionalKeys, regionalProjects } from '../openai-projects/regional-usage.js';
import type { RatedBook } from './affected-usage.js';

/** The records of each book in one form, for whoever rates both. */
export const recordSource = {
  measured: {
    table: Prisma.sql`usage_record`,
    at: Prisma.sql`occurred_at`,
    hour: Prisma.sql`date_trunc('hour', occurred_at, 'UTC')`,
    // Columns that only the other book has.
    others: Prisma.sql`NULL::text AS "usageKind", '' AS "usageDetail", NULL::float8 AS "usageQuantity"`,
    isRegional: Prisma.sql`coalesce(provider_key_id IN (${regionalKeys}), FALSE)`,
  },
  reported: {
    table: Prisma.sql`reported_usage`,
    at: Prisma.sql`bucket_at`,
    // What was reported by the day stands at its noon.
    hour: Prisma.sql`bucket_at + CASE WHEN bucket_secs = 86400 THEN interval '12 hours' ELSE interval '0' END`,
    others: Prisma.sql`kind AS "usageKind", detail AS "usageDetail", quantity::float8 AS "usageQuantity"`,
    isRegional: Prisma.sql`project_id IN (${regionalProjects})`,
  },
} satisfies Record<RatedBook, Record<'table' | 'at' | 'hour' | 'others' | 'isRegional', Prisma.Sql>>;
