import { z } from 'zod';
import { parseConfig } from '#core/config.js';
import { sharedConfigFields, wholeNumber } from '#core/shared-config.js';
import { tlsInProduction } from '#core/tls-in-production.js';
import { httpsInProduction, outboundConfigFields } from '#outbound/outbound-config.js';

export const workerConfigSchema = z
  .object({
    ...sharedConfigFields,
    ...outboundConfigFields,
    WORKER_CONCURRENCY: wholeNumber({ min: 1, max: 5_000, default: 400 }),
    WORKER_TENANT_CONCURRENCY: wholeNumber({ min: 1, max: 5_000, default: 200 }),
    WORKER_ALIVE_FILE: z.string().optional(),
    AUDIT_ANCHOR_FILE: z.string().optional(),
  })
  .check(httpsInProduction, tlsInProduction);

export type WorkerConfig = z.infer<typeof workerConfigSchema>;

/** @throws ConfigError naming every variable that is missing or unusable */
export function readWorkerConfig(
  environment: Record<string, string | undefined>,
  furtherFaults: readonly string[],
): WorkerConfig {
  return parseConfig(workerConfigSchema, environment, furtherFaults);
}
