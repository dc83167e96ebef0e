import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../../', import.meta.url));

/**
 * The text of every TypeScript source below these folders of the checkout, by its path, for tests of what holds everywhere.
 * Without tests, and without what is generated.
 */
export function readProductSources(folders: readonly string[]): Map<string, string> {
  const paths = folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((path) => `${folder}/${path}`),
  );
  const sources = paths.filter((path) => /(?<!\.test|\.d)\.ts$/.test(path) && !path.includes('/generated/'));
  return new Map(sources.sort().map((path) => [path, readFileSync(join(root, path), 'utf8')]));
}
