import { Prisma } from '#db/rows.js';

/** What retention deletes; the sums of it are in tables of their own and stay. Each begins its key with tenant and time. */
export const keptTables = [
  { name: 'usageRecords', table: Prisma.sql`usage_record`, at: Prisma.sql`occurred_at` },
  { name: 'reportedRows', table: Prisma.sql`reported_usage`, at: Prisma.sql`bucket_at` },
  { name: 'probeRuns', table: Prisma.sql`probe_run`, at: Prisma.sql`started_at` },
] as const;

export type RecordCounts = Record<(typeof keptTables)[number]['name'], number>;
