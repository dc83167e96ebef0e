import { parseArgs } from 'node:util';
import { unscopedCountDataKeys } from '#domain/master-key/unscoped-count-data-keys.js';
import type { Command } from '../command.js';
import { describeMasterKeys } from '../describe-master-keys.js';

export const masterKeyStatus: Command = {
  name: 'master-key status',
  summary: 'Which master keys are in use, and how many data keys need each',
  usage: '',
  run: ({ print, withInstallation }, args) => {
    parseArgs({ args, options: {} });
    return withInstallation(async ({ db, ring }) => {
      print(describeMasterKeys(ring, await unscopedCountDataKeys({ db })));
      return 0;
    });
  },
};
