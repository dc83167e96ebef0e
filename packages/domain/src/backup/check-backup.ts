import type { MasterKeyRing } from '#crypto/key-ring.js';
import { BackupError } from './backup-error.js';
import type { BackupManifest, BackupTotals } from './backup-format.js';
import { readBackup } from './read-backup.js';

export interface CheckedBackup {
  manifest: BackupManifest;
  totals: BackupTotals;
}

const lineFeed = 10;

/**
 * Reads all of a backup and writes nothing: that it is whole, that it holds as many rows as it says, and that what is in
 * it can be opened with these master keys.
 * @throws BackupError
 */
export async function checkBackup(deps: { ring: MasterKeyRing }, file: string): Promise<CheckedBackup> {
  const found = new Map<string, number>();
  let manifest: BackupManifest | null = null;
  let totals: BackupTotals | null = null;
  await readBackup(deps.ring, file, {
    begin(read) {
      const missing = read.masterKeyIds.filter((id) => !deps.ring.find(id));
      if (missing.length > 0) {
        throw new BackupError(
          `What ${file} holds needs master key ${missing.join(' and ')} too: add it as MASTER_KEY_PREVIOUS.`,
        );
      }
      manifest = read;
      return Promise.resolve();
    },
    async section({ table }, rows) {
      let count = found.get(table) ?? 0;
      for await (const bytes of rows) count += countBytes(bytes, lineFeed);
      found.set(table, count);
    },
    end(read) {
      totals = read;
      return Promise.resolve();
    },
  });
  if (!manifest || !totals) throw new Error('a backup that was read to its end has both');
  assertCounts(file, { totals, found });
  return { manifest, totals };
}

function assertCounts(file: string, { totals, found }: { totals: BackupTotals; found: Map<string, number> }): void {
  const names = new Set([...Object.keys(totals), ...found.keys()]);
  const wrong = [...names].filter((name) => (totals[name]?.rows ?? 0) !== (found.get(name) ?? 0));
  if (wrong.length > 0) throw new BackupError(`${file} does not hold as many rows as it says: ${wrong.join(', ')}.`);
}

function countBytes(bytes: Buffer, wanted: number): number {
  let count = 0;
  for (let at = bytes.indexOf(wanted); at !== -1; at = bytes.indexOf(wanted, at + 1)) count += 1;
  return count;
}
