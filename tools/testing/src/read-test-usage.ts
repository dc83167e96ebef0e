import { readEventUsage } from '#domain/usage-events/read-event-usage.js';
import type { UsageReading } from '#pricing/read-reported-usage.js';

/** What a usage object says that can be read. */
export function readTestUsage(reported: object): UsageReading {
  const reading = readEventUsage(reported);
  if (reading === null) throw new Error('this usage cannot be read');
  return reading;
}
