/** A pool of node-postgres, as `openQueuePool` makes it; BullMQ's own type for it is stricter than the pool's. */
export interface QueuePool {
  connect(): Promise<unknown>;
  end(): Promise<void>;
}

/** Where BullMQ keeps its jobs. The same processors serve both. */
export type QueueBackend = { kind: 'redis'; url: string } | { kind: 'postgres'; pool: QueuePool };
