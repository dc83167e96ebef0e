/** Who does something, as the audit keeps it: what it was called then, whatever becomes of it. */
export interface Actor {
  /** `command`: the operator at a terminal; `system`: the program itself, of its own accord. */
  kind: 'token' | 'person' | 'worker' | 'command' | 'system';
  /** Of the token or the person; null for what has none. */
  id: string | null;
  name: string;
  /** The tenant whose token or person it is; without one it is nobody's from elsewhere. */
  home?: { id: string; slug: string };
  /** The network address it came from; null for what runs here. */
  address: string | null;
  requestId: string | null;
}

/** What the program does by itself, such as making the first tenant. */
export const systemActor: Actor = { kind: 'system', id: null, name: 'Keyledger', address: null, requestId: null };

/** A worker, by the id that it tells in its heartbeat. */
export function workerActor(workerId: string): Actor {
  return { kind: 'worker', id: workerId, name: 'worker', address: null, requestId: null };
}
