import { readReportedUsage, type ReportedCount, type UsageReading } from './read-reported-usage.js';

/** `usage` of POST /responses, also in the stream's `response.completed`. */
export interface ResponseUsage {
  input_tokens?: ReportedCount;
  output_tokens?: ReportedCount;
  total_tokens?: ReportedCount;
  input_tokens_details?:
    | {
        cached_tokens?: ReportedCount;
        cache_write_tokens?: ReportedCount;
        cache_write_tokens_details?:
          | { ttl_30m_tokens?: ReportedCount; ttl_12h_tokens?: ReportedCount }
          | null
          | undefined;
      }
    | null
    | undefined;
  output_tokens_details?: { reasoning_tokens?: ReportedCount } | null | undefined;
}

/**
 * The canonical counts of one response. Missing details count as 0, null is unreadable, and contradictions are
 * `estimated`: see `readReportedUsage`. Cache writes of unstated retention are 30-minute ones, the default.
 */
export function usageFromResponse(reported: ResponseUsage): UsageReading | null {
  const details = reported.input_tokens_details;
  return readReportedUsage({
    input: reported.input_tokens,
    output: reported.output_tokens,
    total: reported.total_tokens,
    cached: details?.cached_tokens,
    cacheWrite: details?.cache_write_tokens,
    cacheWrite30m: details?.cache_write_tokens_details?.ttl_30m_tokens,
    cacheWrite12h: details?.cache_write_tokens_details?.ttl_12h_tokens,
    audioInput: 0,
    audioOutput: 0,
    reasoning: reported.output_tokens_details?.reasoning_tokens,
  });
}
