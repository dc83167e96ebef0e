import { readFile } from 'node:fs/promises';

/** Where the database of `dataDir` really is: what `<dataDir>.location` says (see `placeData`), else there. */
export async function findDataDir(dataDir: string): Promise<string> {
  const location = await readFile(locationFile(dataDir), 'utf8').catch(() => '');
  return location.trim() || dataDir;
}

export function locationFile(dataDir: string): string {
  return `${dataDir}.location`;
}
