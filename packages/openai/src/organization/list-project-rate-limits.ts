import { z } from 'zod';
import type { AdminConnection, AdminReadDeps } from './admin-connection.js';
import { readList } from './read-list.js';

export interface ProjectRateLimit {
  id: string;
  model: string;
  requestsPerMinute: number;
  tokensPerMinute: number;
  /** Null where the model has no such limit. */
  imagesPerMinute: number | null;
  audioMegabytesPerMinute: number | null;
  requestsPerDay: number | null;
  batchInputTokensPerDay: number | null;
}

const item = z
  .object({
    id: z.string(),
    model: z.string(),
    max_requests_per_1_minute: z.number(),
    max_tokens_per_1_minute: z.number(),
    max_images_per_1_minute: z.number().nullish(),
    max_audio_megabytes_per_1_minute: z.number().nullish(),
    max_requests_per_1_day: z.number().nullish(),
    batch_1_day_max_input_tokens: z.number().nullish(),
  })
  .transform((limit): ProjectRateLimit => ({
    id: limit.id,
    model: limit.model,
    requestsPerMinute: limit.max_requests_per_1_minute,
    tokensPerMinute: limit.max_tokens_per_1_minute,
    imagesPerMinute: limit.max_images_per_1_minute ?? null,
    audioMegabytesPerMinute: limit.max_audio_megabytes_per_1_minute ?? null,
    requestsPerDay: limit.max_requests_per_1_day ?? null,
    batchInputTokensPerDay: limit.batch_1_day_max_input_tokens ?? null,
  }));

/** The rate limits of a project, one for each model. Errors as `readList`. */
export function listProjectRateLimits(
  deps: AdminReadDeps,
  connection: AdminConnection,
  projectId: string,
): Promise<ProjectRateLimit[]> {
  const path = `/organization/projects/${encodeURIComponent(projectId)}/rate_limits`;
  return readList(deps, connection, { path, item });
}
