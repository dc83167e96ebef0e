import { access, constants, lstat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { pipeline, Readable } from 'node:stream';
import { createGzip } from 'node:zlib';
import { backupKey } from '#crypto/backup-key.js';
import type { MasterKey } from '#crypto/master-key.js';
import { sealChunks } from '#crypto/seal-chunks.js';
import type { Database } from '#db/database.js';
import { withOwnerConnection } from '#db/with-owner-connection.js';
import type { AuditDeps } from '../audit/record-audit.js';
import { FileExistsError, writeWholeFile } from '../operations/write-whole-file.js';
import { recordForInstallation } from '../tenants/record-for-installation.js';
import { BackupError } from './backup-error.js';
import { createHeader, wholeInstallation } from './backup-format.js';
import { beginSnapshot, readSnapshot } from './backup-snapshot.js';
import { explainFileFault } from './explain-file-fault.js';

/** Most of what gzip can do for figures, at a fraction of the time. */
const compressionLevel = 1;

export interface WrittenBackup {
  bytes: number;
  tenants: number;
  rows: number;
  /** Without which the file cannot be opened. */
  masterKeyId: string;
}

/**
 * Writes everything in the database that is worth keeping into one encrypted file, as of one instant, while api and worker
 * go on. Memory does not grow with the database. The file is there when it is whole, and not before. That somebody makes
 * a backup is audited first, and so is in it.
 * @param signal ends it, with its reason, and nothing is left of the file
 * @throws BackupError, DatabaseUnreachableError
 */
export async function writeBackup(
  deps: AuditDeps & { db: Database; databaseUrl: string },
  { file, mayReplace, signal }: { file: string; mayReplace: boolean; signal?: AbortSignal },
): Promise<WrittenBackup> {
  await assertFree(file, mayReplace).catch((error: unknown) => {
    throw toBackupFault(file, error);
  });
  await recordForInstallation(deps, {
    action: 'installation.backup',
    subject: wholeInstallation,
    after: { file: basename(file) },
  });
  const masterKey = deps.ring.primary;
  return withOwnerConnection(deps.databaseUrl, async (connection) => {
    const tables = await beginSnapshot(connection);
    const told = { tenants: 0, rows: 0 };
    const plain = readSnapshot(connection, { tables, createdAt: deps.clock.now(), told });
    const content = sealBackup(masterKey, plain);
    const bytes = await writeWholeFile(file, { content, mayReplace, signal }).catch((error: unknown) => {
      throw toBackupFault(file, error);
    });
    return { ...told, bytes, masterKeyId: masterKey.id };
  });
}

/** So that the audit log has no backup that was refused, and nothing is replaced that is no file, as `/dev/stdout`. */
async function assertFree(file: string, mayReplace: boolean): Promise<void> {
  await access(dirname(file), constants.W_OK);
  const found = await lstat(file).catch(() => null);
  if (found && !found.isFile()) throw new BackupError(`${file} is not a file: choose another name.`);
  if (found && !mayReplace) throw new FileExistsError(file);
}

/** What the person at the terminal can mend, in a sentence; anything else as it is. */
function toBackupFault(file: string, error: unknown): unknown {
  if (error instanceof FileExistsError) {
    const text = `${file} is there already: choose another name, or give --force to replace it.`;
    return new BackupError(text, { cause: error });
  }
  if (!isOfFileSystem(error)) return error;
  return new BackupError(explainFileFault(`Cannot write ${file}`, error.code), { cause: error });
}

function isOfFileSystem(error: unknown): error is NodeJS.ErrnoException & { code: string } {
  return error instanceof Error && 'syscall' in error && 'path' in error && 'code' in error;
}

async function* sealBackup(
  masterKey: MasterKey,
  plain: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void, undefined> {
  const header = createHeader(masterKey.id);
  yield header.bytes;
  const gzip = createGzip({ level: compressionLevel });
  // A fault of the source ends `gzip` with that fault, which whoever reads it gets.
  pipeline(Readable.from(plain), gzip, () => undefined);
  yield* sealChunks({ key: backupKey(masterKey, header.fileId), header: header.bytes }, gzip);
}
