import { z } from 'zod';

/**
 * Every job there is, with its payload. Payloads are ids only, and are parsed on both sides: what a job needs beyond
 * them, secrets above all, is read from Postgres when it runs.
 */
export const jobPayloads = {
  /** Carry out these claimed probes of one tenant. */
  'run-probes': z.strictObject({ tenantId: z.uuid(), runIds: z.array(z.uuid()).min(1).max(100) }),
  /** Find due probes, claim them, and enqueue them as `run-probes`. */
  'sweep-probes': z.strictObject({}),
  /** Carry out this claimed import of one organization. */
  'import-organization': z.strictObject({
    tenantId: z.uuid(),
    organizationId: z.uuid(),
    runId: z.uuid(),
    part: z.enum(['all', 'past']),
  }),
  /** Find organizations that are due, claim them, and enqueue each as `import-organization`. */
  'sweep-imports': z.strictObject({}),
  /** Go on rating past usage by changed prices, wherever that is open. */
  're-rate-usage': z.strictObject({}),
  /** Sum what days of every book hold, where that is missing or behind. */
  'sum-days': z.strictObject({}),
  /** Make the partitions of the coming months, and forget what is kept no longer: sessions, months, single records. */
  'maintain-database': z.strictObject({}),
  /** Make audit events of how often secrets were opened in hours that are over. */
  'record-secret-use': z.strictObject({}),
  /** Say outside of the database where every audit chain ends. */
  'anchor-audits': z.strictObject({}),
  /** Bring every ledger up to its bills and to the calendar. */
  'post-ledgers': z.strictObject({}),
  /** Go on deleting what tenants had whose time of grace is over. */
  'purge-tenants': z.strictObject({}),
} as const;

export type JobName = keyof typeof jobPayloads;
export type JobPayload<Name extends JobName> = z.infer<(typeof jobPayloads)[Name]>;

/** Jobs that repeat have a queue of their own, so that a thousand waiting probes cannot hold up the sweep. */
export const queueOf = {
  'run-probes': 'probes',
  'sweep-probes': 'schedules',
  'import-organization': 'imports',
  'sweep-imports': 'schedules',
  're-rate-usage': 'schedules',
  'sum-days': 'schedules',
  'maintain-database': 'schedules',
  'record-secret-use': 'schedules',
  'anchor-audits': 'schedules',
  'post-ledgers': 'schedules',
  'purge-tenants': 'schedules',
} as const satisfies Record<JobName, string>;

export type QueueName = (typeof queueOf)[JobName];
export const queueNames: readonly QueueName[] = ['probes', 'imports', 'schedules'];
