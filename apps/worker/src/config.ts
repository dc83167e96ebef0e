import { z } from 'zod';
import { parseConfig } from '#core/config.js';
import { sharedConfigFields, wholeNumber } from '#core/shared-config.js';
import { httpsInProduction, outboundConfigFields } from '#outbound/outbound-config.js';

/** Events are taken up to 35 days back, so no month that they belong to may be gone. */
const fewestRetentionDays = 35;
const retentionDays = wholeNumber({ min: 0, max: 36_500, default: 0 }).refine(
  (days) => days === 0 || days >= fewestRetentionDays,
  `must be 0, for ever, or at least ${fewestRetentionDays}`,
);

export const workerConfigSchema = z
  .object({
    ...sharedConfigFields,
    ...outboundConfigFields,
    WORKER_CONCURRENCY: wholeNumber({ min: 1, max: 5_000, default: 400 }),
    WORKER_TENANT_CONCURRENCY: wholeNumber({ min: 1, max: 5_000, default: 200 }),
    USAGE_RETENTION_DAYS: retentionDays,
    WORKER_ALIVE_FILE: z.string().optional(),
  })
  .check(httpsInProduction);

export type WorkerConfig = z.infer<typeof workerConfigSchema>;

/** @throws ConfigError naming every variable that is missing or unusable */
export function readWorkerConfig(
  environment: Record<string, string | undefined>,
  furtherFaults: readonly string[],
): WorkerConfig {
  return parseConfig(workerConfigSchema, environment, furtherFaults);
}
