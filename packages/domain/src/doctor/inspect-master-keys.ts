import type { MasterKeyRing } from '#crypto/key-ring.js';
import type { Database } from '#db/database.js';
import { unscopedCountDataKeys } from '../master-key/unscoped-count-data-keys.js';
import {
  AlteredDataKeyError,
  MasterKeyMismatchError,
  unscopedAssertMasterKeyFits,
} from '../tenants/unscoped-assert-master-key-fits.js';
import type { Finding } from './finding.js';

const subject = 'Master key';

/** The master keys that were given beside those that the data keys need. */
export async function inspectMasterKeys(deps: { db: Database; ring: MasterKeyRing }): Promise<Finding[]> {
  try {
    await unscopedAssertMasterKeyFits(deps);
  } catch (error) {
    if (error instanceof MasterKeyMismatchError) {
      const remedy = 'Add it as MASTER_KEY_PREVIOUS, or use the database that belongs to the key that was given.';
      return [{ subject, state: 'fail', says: `This database needs ${error.needed}, which is not given.`, remedy }];
    }
    if (error instanceof AlteredDataKeyError) {
      const remedy = 'Nobody but who can write to the database could do that: find out who did.';
      return [{ subject, state: 'fail', says: error.message, remedy }];
    }
    throw error;
  }
  const { primary, older } = deps.ring;
  const counts = await unscopedCountDataKeys(deps);
  const isNeeded = (id: string) => counts.some(({ masterKeyId }) => masterKeyId === id);
  const underOlder = counts.filter(({ masterKeyId }) => masterKeyId !== primary.id);
  const all = counts.reduce((sum, { dataKeys }) => sum + dataKeys, 0);
  return [
    {
      subject,
      state: 'ok',
      says: `primary ${primary.id}; what is given fits ${all === 1 ? 'the one data key' : `all ${all} data keys`}`,
    },
    ...underOlder.map(({ masterKeyId, dataKeys }): Finding => {
      const says = `A rotation has not ended: still under ${masterKeyId}: ${dataKeys} data ${dataKeys === 1 ? 'key' : 'keys'}.`;
      return { subject, state: 'warn', says, remedy: 'Run master-key rotate (docs/keys.md).' };
    }),
    ...older
      .filter(({ id }) => !isNeeded(id))
      .map(({ id }): Finding => {
        const remedy =
          'Take it out of the configuration (docs/keys.md); keep a copy as long as you keep backups of before.';
        return { subject, state: 'warn', says: `No data key needs the older key ${id} any more.`, remedy };
      }),
  ];
}
