import { createMasterKeyRing, type MasterKeyRing } from '#crypto/key-ring.js';
import { InvalidMasterKeyError, type MasterKey, parseMasterKey } from '#crypto/master-key.js';
import { KeyManagementRefusedError, type KeyManagementService } from './key-management-service.js';
import { readKeyManagement } from './read-key-management.js';
import { createReloadingRing } from './reloading-ring.js';
import { MasterKeySourceError, type MasterKeyText, readMasterKeyTexts } from './master-key-texts.js';
import { isWrapped } from './transit.js';

type Environment = Record<string, string | undefined>;
export type MasterKeyReading = { ring: MasterKeyRing; faults: [] } | { ring: null; faults: [string] };

/**
 * The master keys that the environment gives (see `readMasterKeyTexts`). One that a key-management service wrapped is
 * unwrapped by it, now and once. Keys from files are looked up there again when one is asked for that was not in them, so
 * that a running process learns of a new one without a restart; those that were wrapped are not.
 * A missing, weak, unreadable or refused key is a fault for the configuration's report; no fault repeats a value.
 * @throws KeyManagementAwayError
 */
export async function readMasterKeys(environment: Environment): Promise<MasterKeyReading> {
  try {
    const texts = readMasterKeyTexts(environment);
    if (texts.some(({ text }) => isWrapped(text))) {
      return { ring: ringOf(await unwrapAll(texts, readKeyManagement(environment))), faults: [] };
    }
    const isFile = texts.some(({ variable }) => variable.endsWith('_FILE'));
    const read = () => ringOf(readMasterKeyTexts(environment));
    return { ring: isFile ? createReloadingRing(read) : ringOf(texts), faults: [] };
  } catch (error) {
    if (error instanceof MasterKeySourceError || error instanceof KeyManagementRefusedError) {
      return { ring: null, faults: [error.message] };
    }
    throw error;
  }
}

type Texts = readonly [MasterKeyText, ...MasterKeyText[]];

async function unwrapAll([primary, ...others]: Texts, service: KeyManagementService): Promise<Texts> {
  const unwrap = async ({ variable, text }: MasterKeyText) => ({
    variable,
    text: isWrapped(text) ? await service.unwrap(text) : text,
  });
  return [await unwrap(primary), ...(await Promise.all(others.map(unwrap)))];
}

/** @throws MasterKeySourceError */
function ringOf([primary, ...others]: Texts): MasterKeyRing {
  const first = parse(primary);
  const older = new Map(others.map(parse).map((key) => [key.id, key]));
  older.delete(first.id);
  return createMasterKeyRing([first, ...older.values()]);
}

function parse({ variable, text }: MasterKeyText): MasterKey {
  try {
    return parseMasterKey(text);
  } catch (error) {
    if (error instanceof InvalidMasterKeyError) throw new MasterKeySourceError(`${variable}: ${error.message}`);
    throw error;
  }
}
