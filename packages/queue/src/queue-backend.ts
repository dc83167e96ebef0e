/** A pool of node-postgres, as `openQueuePool` makes it; BullMQ's own type for it is stricter than the pool's. */
export interface QueuePool {
  connect(): Promise<QueueConnection>;
  end(): Promise<void>;
}

export interface QueueConnection {
  query(text: string): Promise<unknown>;
  /** @param destroy closes it instead of keeping it for the next one */
  release(destroy: boolean): void;
}

/** Where BullMQ keeps its jobs. The same processors serve both. */
export type QueueBackend = { kind: 'redis'; url: string } | { kind: 'postgres'; pool: QueuePool };
