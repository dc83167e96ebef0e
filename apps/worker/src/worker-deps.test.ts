import { expect, test } from 'vitest';
import { createMasterKeyRing } from '#crypto/key-ring.js';
import { generateMasterKey, parseMasterKey } from '#crypto/master-key.js';
import { openDatabase } from '#db/database.js';
import { readWorkerConfig } from './config.js';
import { createWorkerDeps } from './worker-deps.js';

test('imports are as the environment says: from where, how far back, and for how many days', async () => {
  // Connected to when it is asked something.
  const DATABASE_URL = 'postgres://127.0.0.1:1/none';
  const config = readWorkerConfig({ DATABASE_URL, IMPORT_HISTORY_DAYS: '41', USAGE_RETENTION_DAYS: '40' }, []);
  const db = openDatabase({ url: DATABASE_URL });
  const ring = createMasterKeyRing([parseMasterKey(generateMasterKey())]);
  expect(createWorkerDeps(config, { db, ring }).importing).toEqual({
    baseUrl: 'https://api.openai.com/v1',
    historyDays: 41,
    installationDays: 40,
  });
  await db.close();
});
