import { createHash } from 'node:crypto';
import { keyStateFromSecret, kindOf, type Behaviour, type KeyState } from './simulated-key.js';

export interface RecordedRequest {
  secret: string;
  method: string;
  path: string;
  /** As it came, without the question mark. */
  query: string;
  headers: Readonly<Record<string, string | string[] | undefined>>;
  body: string;
}

/** What the simulator knows of keys and remembers of their requests; the handle that tests hold. */
export interface KeyBook {
  /** From now on this secret behaves so, whatever its own text says. */
  setKey(secret: string, behaviour: Behaviour, options?: { failurePercent?: number }): void;
  /** The state of a key, or null when it is unknown and must be refused. */
  find(secret: string): KeyState | null;
  record(request: RecordedRequest): number;
  /** How many requests arrived with this secret, answered or not. */
  countFor(secret: string): number;
  /** The last 1,000 requests, oldest first. */
  readonly requests: readonly RecordedRequest[];
}

const maxRecorded = 1000;

export function createKeyBook(options: { hangingFraction: number }): KeyBook {
  const states = new Map<string, KeyState | null>();
  const counts = new Map<string, number>();
  const requests: RecordedRequest[] = [];
  return {
    requests,
    setKey(secret, behaviour, { failurePercent = 30 } = {}) {
      const prefix = /^sk-(proj|svcacct|admin)-/.exec(secret)?.[1];
      states.set(secret, { behaviour, kind: kindOf(prefix), failurePercent });
    },
    find(secret) {
      const known = states.get(secret);
      if (known !== undefined) return known;
      const state = withHanging(secret, options.hangingFraction);
      states.set(secret, state);
      return state;
    },
    record(request) {
      // Twice the limit before cutting: one copy per thousand requests, not one per request.
      if (requests.push(request) >= 2 * maxRecorded) requests.splice(0, maxRecorded);
      const count = (counts.get(request.secret) ?? 0) + 1;
      counts.set(request.secret, count);
      return count;
    },
    countFor: (secret) => counts.get(secret) ?? 0,
  };
}

function withHanging(secret: string, fraction: number): KeyState | null {
  const state = keyStateFromSecret(secret);
  if (state?.behaviour !== 'healthy' || fraction <= 0) return state;
  const draw = createHash('sha256').update(secret).digest().readUInt32BE() / 2 ** 32;
  return draw < fraction ? { ...state, behaviour: 'hang' } : state;
}
