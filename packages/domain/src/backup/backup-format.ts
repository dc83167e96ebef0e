import { randomBytes } from 'node:crypto';
import { z } from 'zod';

/**
 * A backup is one file:
 *
 *     "KLBACKUP" | format (1 byte) | id of the master key (8) | id of the file (32) | chunks, sealed under the file's key
 *
 * What the chunks hold is compressed with gzip, and is a row of frames: kind (1 byte), length (4, big-endian), content.
 * First the manifest; then for each tenant and table with rows a frame that names them, followed by rows in the text
 * format of COPY, cut anywhere; at the end how many rows there were of each table, and their checksum.
 */
export const headerBytes = 49;

/** As the audit names what is backed up and restored. */
export const wholeInstallation = { kind: 'installation', id: 'installation' };

const magic = Buffer.from('KLBACKUP');
const format = 1;
const masterKeyIdBytes = 8;
const fileIdBytes = 32;

export interface BackupHeader {
  /** 16 hex digits. */
  masterKeyId: string;
  fileId: Uint8Array;
  bytes: Uint8Array;
}

/** A header for a new file, with an id of its own. */
export function createHeader(masterKeyId: string): BackupHeader {
  const fileId = randomBytes(fileIdBytes);
  return {
    masterKeyId,
    fileId,
    bytes: Buffer.concat([magic, Buffer.from([format]), Buffer.from(masterKeyId, 'hex'), fileId]),
  };
}

/** Null when this is no backup, or one of a form that this version does not know. Not authenticated yet. */
export function parseHeader(bytes: Buffer): BackupHeader | null {
  const known = Buffer.concat([magic, Buffer.from([format])]);
  if (bytes.length !== headerBytes || !bytes.subarray(0, known.length).equals(known)) return null;
  const fileIdAt = known.length + masterKeyIdBytes;
  const masterKeyId = bytes.subarray(known.length, fileIdAt).toString('hex');
  return { masterKeyId, fileId: bytes.subarray(fileIdAt), bytes };
}

const migration = z.object({ name: z.string(), checksum: z.string() });

export const manifestSchema = z.object({
  createdAt: z.iso.datetime(),
  /** Of the server that it was made from. */
  postgres: z.string(),
  /** That were applied, in their order. */
  migrations: z.array(migration),
  /** Ids of the master keys that what is in it cannot be opened without. */
  masterKeyIds: z.array(z.string()),
  tables: z.array(z.object({ name: z.string(), columns: z.array(z.string()) })),
  /** First days of the months that had partitions. */
  months: z.array(z.iso.date()),
  tenants: z.number(),
});
export type BackupManifest = z.infer<typeof manifestSchema>;

export const sectionSchema = z.object({ table: z.string(), tenantId: z.string() });
export type BackupSection = z.infer<typeof sectionSchema>;

export const totalsSchema = z.record(z.string(), z.object({ rows: z.number(), checksum: z.string() }));
/** Rows by table, those without any too. */
export type BackupTotals = z.infer<typeof totalsSchema>;
