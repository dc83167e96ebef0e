import { isTrustworthyUrl } from '#core/shared-config.js';
import { KeyManagementRefusedError, type KeyManagementService } from './key-management-service.js';
import { createTransit } from './transit.js';

/**
 * The key-management service that the environment names.
 * @throws KeyManagementRefusedError naming what is missing
 */
export function readKeyManagement(environment: Record<string, string | undefined>): KeyManagementService {
  const need = (name: string): string => {
    const value = environment[name];
    if (value) return value;
    throw new KeyManagementRefusedError(`${name}: is required for a master key that a key-management service wraps`);
  };
  const url = need('MASTER_KEY_KMS_URL');
  if (!isTrustworthyUrl(url)) {
    throw new KeyManagementRefusedError(
      'MASTER_KEY_KMS_URL: must be a URL: https://…, as the master key is sent back from there (http:// on loopback alone; ' +
        'a certificate authority of your own goes into NODE_EXTRA_CA_CERTS)',
    );
  }
  if (environment['NODE_TLS_REJECT_UNAUTHORIZED'] === '0') {
    throw new KeyManagementRefusedError(
      'NODE_TLS_REJECT_UNAUTHORIZED: must not be 0, as anybody in between could then read the master key (a certificate ' +
        'authority of your own goes into NODE_EXTRA_CA_CERTS)',
    );
  }
  return createTransit({
    url,
    mount: environment['MASTER_KEY_KMS_MOUNT'] || 'transit',
    key: need('MASTER_KEY_KMS_KEY'),
    tokenFile: need('MASTER_KEY_KMS_TOKEN_FILE'),
  });
}
