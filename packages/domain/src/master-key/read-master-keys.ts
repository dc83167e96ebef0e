import { createMasterKeyRing, type MasterKeyRing } from '#crypto/key-ring.js';
import { InvalidMasterKeyError, type MasterKey, parseMasterKey } from '#crypto/master-key.js';
import { createReloadingRing } from './reloading-ring.js';
import { MasterKeySourceError, type MasterKeyText, readMasterKeyTexts } from './master-key-texts.js';

type Environment = Record<string, string | undefined>;
export type MasterKeyReading = { ring: MasterKeyRing; faults: [] } | { ring: null; faults: [string] };

/**
 * The master keys that the environment gives (see `readMasterKeyTexts`). Keys from files are looked up there again when
 * one is asked for that was not in them, so that a running process learns of a new one without a restart.
 * A missing, weak or unreadable key is a fault for the configuration's report; no fault repeats a value.
 */
export async function readMasterKeys(environment: Environment): Promise<MasterKeyReading> {
  try {
    const texts = readMasterKeyTexts(environment);
    const read = () => ringOf(readMasterKeyTexts(environment));
    const isFile = texts.some(({ variable }) => variable.endsWith('_FILE'));
    return { ring: isFile ? createReloadingRing(read) : ringOf(texts), faults: [] };
  } catch (error) {
    if (error instanceof MasterKeySourceError) return { ring: null, faults: [error.message] };
    throw error;
  }
}

/** @throws MasterKeySourceError */
function ringOf([primary, ...others]: readonly [MasterKeyText, ...MasterKeyText[]]): MasterKeyRing {
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
