import { ConfigError } from '#core/config.js';
import { readCertificateFiles } from '../../api/src/certificate.js';
import { readApiConfig } from '../../api/src/config.js';
import { readOpenIdSettings } from '../../api/src/openid/openid-settings.js';
import { readWorkerConfig } from '../../worker/src/config.js';

/**
 * What api and worker would refuse of this environment, each fault once: it begins with the name of its variable and holds
 * no value. The master keys are read by whoever asks.
 */
export function findConfigFaults(environment: Record<string, string | undefined>): string[] {
  const ofFiles = [...readOpenIdSettings(environment).faults, ...readCertificateFiles(environment).faults];
  const faults = [readApiConfig, readWorkerConfig].flatMap((read) => faultsOf(() => read(environment, [])));
  return [...new Set([...faults, ...ofFiles])];
}

/** Those of the ConfigError that this throws. */
function faultsOf(read: () => unknown): readonly string[] {
  try {
    read();
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.faults;
    throw error;
  }
}
