import type { Clock } from '#core/clock.js';
import type { Fetch } from '#openai/guarded-fetch.js';
import type { TenantPriceBooks } from '../prices/tenant-price-books.js';
import type { HealthPolicy } from './record-probe-runs.js';

/** How this installation probes; the same in every process that does. */
export interface ProbeSettings {
  /** OpenAI's API root, such as `https://api.openai.com/v1`. */
  baseUrl: string;
  /** Most that one probe may take from its first byte to its last, in milliseconds. */
  deadlineMs: number;
  policy: HealthPolicy;
}

/** What carrying out a probe needs from outside. */
export interface ProbeDeps {
  clock: Clock;
  priceBooks: TenantPriceBooks;
  settings: ProbeSettings;
  /** Goes only where it may; see `createOutboundFetch`. */
  fetch: Fetch;
}
