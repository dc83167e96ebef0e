import type { SecureContext } from 'node:tls';
import { openTlsFiles, tlsFilesIn } from '#core/tls-files.js';

/**
 * What ioredis has to be told beside the address, where that names files for TLS. It asks for them whenever it connects, so
 * that they can be renewed while a process runs; while they cannot be used, as when one of them is written before the
 * other, those of before are, because ioredis gives a connection up for good that it cannot even begin.
 * @param url with files that could be used when the configuration was read
 */
export function tlsOfRedis(url: string): { tls?: { readonly secureContext: SecureContext } } {
  if (tlsFilesIn(url).length === 0) return {};
  let usable = openTlsFiles(url);
  return {
    tls: {
      get secureContext() {
        try {
          usable = openTlsFiles(url);
        } catch {
          // Whoever renews them is not done.
        }
        return usable;
      },
    },
  };
}
