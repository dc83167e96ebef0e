import { Prisma } from '#db/rows.js';

/**
 * What retention deletes, with the column of its time; the sums of it are in tables of their own and stay. Each is parted by
 * months, which go whole where the installation keeps them no longer, and begins its key with tenant and time; but unknown
 * results, which are seldom many.
 */
export const keptTables = [
  { name: 'usageRecords', table: Prisma.sql`usage_record`, at: Prisma.sql`occurred_at` },
  { name: 'reportedRows', table: Prisma.sql`reported_usage`, at: Prisma.sql`bucket_at` },
  { name: 'probeRuns', table: Prisma.sql`probe_run`, at: Prisma.sql`started_at` },
  { name: 'unknownResults', table: Prisma.sql`reported_unknown`, at: Prisma.sql`bucket_at` },
] as const;

export type RecordCounts = Record<(typeof keptTables)[number]['name'], number>;
