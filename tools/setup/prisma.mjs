import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { environment } from './environment.mjs';

/**
 * The environment in which Prisma's command line runs. `generate` and `validate` never use the schema engine, yet
 * Prisma downloads it first; where it is absent, any existing file in its place keeps them local.
 */
export function prismaEnvironment(root) {
  const quiet = { CHECKPOINT_DISABLE: '1', PRISMA_HIDE_UPDATE_MESSAGE: '1' };
  if (environment.PRISMA_SCHEMA_ENGINE_BINARY || hasSchemaEngine(root)) return quiet;
  return { ...quiet, PRISMA_SCHEMA_ENGINE_BINARY: join(root, 'package.json') };
}

function hasSchemaEngine(root) {
  try {
    return readdirSync(join(root, 'node_modules/@prisma/engines')).some((name) => name.startsWith('schema-engine'));
  } catch {
    return false;
  }
}
