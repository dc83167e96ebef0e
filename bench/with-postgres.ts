import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLogger } from '#core/logger.js';
import { startEmbeddedPostgres } from '#db/embedded/start-embedded-postgres.js';

/** Runs a bench on a Postgres of its own with its default settings; nothing of it is left afterwards. */
export async function withPostgres(bench: (serverUrl: string) => Promise<void>): Promise<void> {
  const home = await mkdtemp(join(tmpdir(), 'keyledger-bench-'));
  // As root, Postgres runs as somebody else: whoever may not pass has the data elsewhere, where nothing removes it.
  await chmod(home, 0o711);
  const logger = createLogger({ name: 'bench', level: 'silent' });
  const postgres = await startEmbeddedPostgres({ dataDir: join(home, 'postgres'), logger });
  try {
    await bench(postgres.url);
  } finally {
    await postgres.stop();
    await rm(home, { recursive: true, force: true });
  }
}
