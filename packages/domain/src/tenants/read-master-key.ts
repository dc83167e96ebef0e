import { readFileSync } from 'node:fs';
import { createMasterKeyRing, type MasterKeyRing } from '#crypto/key-ring.js';
import { InvalidMasterKeyError, parseMasterKey } from '#crypto/master-key.js';

type Reading = { ring: MasterKeyRing; faults: [] } | { ring: null; faults: [string] };

/**
 * The master key from `MASTER_KEY`, or from the file that `MASTER_KEY_FILE` names (a Docker or Kubernetes secret).
 * A missing, weak or unreadable one is a fault for the configuration's report; no fault repeats the value.
 */
export function readMasterKey(environment: Record<string, string | undefined>): Reading {
  const text = environment.MASTER_KEY || undefined;
  const file = environment.MASTER_KEY_FILE || undefined;
  if (text !== undefined && file !== undefined) return fault('MASTER_KEY: give this or MASTER_KEY_FILE, not both');
  if (text !== undefined) return parse('MASTER_KEY', text);
  if (file === undefined)
    return fault('MASTER_KEY: is required (or MASTER_KEY_FILE). Make one with: openssl rand -base64 32');
  try {
    return parse('MASTER_KEY_FILE', readFileSync(file, 'utf8'));
  } catch {
    return fault('MASTER_KEY_FILE: the file it names cannot be read');
  }
}

function parse(name: string, text: string): Reading {
  try {
    return { ring: createMasterKeyRing([parseMasterKey(text)]), faults: [] };
  } catch (error) {
    if (error instanceof InvalidMasterKeyError) return fault(`${name}: ${error.message}`);
    throw error;
  }
}

function fault(text: string): Reading {
  return { ring: null, faults: [text] };
}
