import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { prismaEnvironment } from './prisma.mjs';
import { runStep } from './step.mjs';

const stampFile = 'packages/db/generated/.made-from';

/** True when Prisma's client is missing or was made from something else than the present schema. */
export function generatedIsStale(root) {
  try {
    return readFileSync(join(root, stampFile), 'utf8') !== digest(root);
  } catch {
    return true;
  }
}

export async function generate(root) {
  const madeFrom = digest(root);
  await runStep({
    title: 'Generating the database client',
    command: process.execPath,
    args: [join(root, 'node_modules/prisma/build/index.js'), 'generate'],
    root,
    env: prismaEnvironment(root),
  });
  writeFileSync(join(root, stampFile), madeFrom);
}

function digest(root) {
  const hash = createHash('sha256');
  for (const file of ['prisma/schema.prisma', 'prisma.config.ts', 'node_modules/prisma/package.json']) {
    hash.update(readFileSync(join(root, file)));
  }
  return hash.digest('hex');
}
