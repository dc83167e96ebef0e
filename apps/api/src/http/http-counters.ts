import { type SecurityEvent, securityEvents } from './security-events.js';

/** What this process has answered since it began. Plain numbers, for `GET /metrics`. */
export interface HttpCounters {
  requests: number;
  /** By first digit of the status: index 2 is 2xx. */
  byStatusClass: Record<'2xx' | '3xx' | '4xx' | '5xx', number>;
  rateLimited: number;
  failedAuthentications: number;
  /** Answers in OpenAI's place, by where they came from. */
  mirror: Record<'imported' | 'hit' | 'miss', number>;
  securityEvents: Record<SecurityEvent, number>;
}

export function createHttpCounters(): HttpCounters {
  return {
    requests: 0,
    byStatusClass: { '2xx': 0, '3xx': 0, '4xx': 0, '5xx': 0 },
    rateLimited: 0,
    failedAuthentications: 0,
    mirror: { imported: 0, hit: 0, miss: 0 },
    securityEvents: Object.fromEntries(securityEvents.map((event) => [event, 0])) as Record<SecurityEvent, number>,
  };
}
