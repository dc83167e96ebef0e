import type { PgPool } from 'bullmq';

/** Where BullMQ keeps its jobs. The same processors serve both. */
export type QueueBackend = { kind: 'redis'; url: string } | { kind: 'postgres'; pool: PgPool };
