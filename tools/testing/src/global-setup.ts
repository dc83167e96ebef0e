import type { TestProject } from 'vitest/node';
import { createLogger } from '#core/logger.js';
import { ensureDatabase } from '#db/embedded/ensure-database.js';
import { migrate } from '#db/migrate.js';
import { withOwnerConnection } from '#db/with-owner-connection.js';
import { migrateQueue } from '#queue/migrate-queue.js';
import { templateDatabase } from './template-database.js';
import { startTestPostgres } from './test-postgres.js';

declare module 'vitest' {
  interface ProvidedContext {
    /** Administrator's login on the Postgres of this test run. */
    testPostgresUrl: string;
  }
}

/** Vitest's global setup: one real Postgres per run, migrated once. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await startTestPostgres();
  try {
    await makeTemplate(server.url);
  } catch (error) {
    await server.stop();
    throw error;
  }
  project.provide('testPostgresUrl', server.url);
  return server.stop;
}

async function makeTemplate(url: string): Promise<void> {
  const template = new URL(url);
  template.pathname = `/${templateDatabase}`;
  await ensureDatabase(template.href);
  await migrate(template.href, { logger: createLogger({ name: 'test-postgres', level: 'silent' }) });
  await withOwnerConnection(template.href, migrateQueue);
}
