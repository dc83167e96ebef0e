import { Prisma } from '#db/rows.js';

/** More than a process has connections, so that few who count at once meet in one row and wait for each other. */
const slots = 64;

/**
 * The statement that counts secrets which are opened, for the audit to tell by the hour: part of the one that takes up what
 * they are opened for, so that none is opened uncounted and no probe waits for it.
 * @param kind `question`: somebody asks OpenAI through us for what is not imported
 * @param times a SELECT of one number; 0 counts nothing
 */
export function secretUseInsert({
  kind,
  at,
  times,
}: {
  kind: 'probe' | 'import' | 'question';
  at: Date;
  times: Prisma.Sql;
}): Prisma.Sql {
  return Prisma.sql`
    INSERT INTO secret_use AS u (tenant_id, hour, kind, slot, times)
    SELECT current_tenant_id(), date_trunc('hour', ${at}::timestamptz, 'UTC'), ${kind}, pg_backend_pid() % ${slots}::int,
      opened.times
    FROM (${times}) AS opened(times) WHERE opened.times > 0
    ON CONFLICT (tenant_id, hour, kind, slot) DO UPDATE SET times = u.times + excluded.times`;
}
