import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLogger } from '#core/logger.js';
import { startEmbeddedPostgres } from '#db/embedded/start-embedded-postgres.js';
import { watchOverTestServer } from './test-postgres-reaper.js';

/** Nothing in a test server needs to survive a power cut; many test files connect at once. */
const settings = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  max_connections: '300',
  autovacuum: 'off',
};

/** A Postgres of this test run alone, in a temporary folder. `url` is that of its administrator. */
export async function startTestPostgres(): Promise<{ url: string; stop(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'keyledger-test-'));
  // As root, the server runs as another user, who has to pass through.
  await chmod(folder, 0o711);
  const server = await startEmbeddedPostgres({
    dataDir: join(folder, 'home', 'postgres'),
    logger: createLogger({ name: 'test-postgres', level: 'silent' }),
    settings,
  });
  const watch = watchOverTestServer(server.pid, folder);
  return {
    url: server.url,
    async stop() {
      await server.stop();
      await rm(folder, { recursive: true, force: true });
      watch.dismiss();
    },
  };
}
