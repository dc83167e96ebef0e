import { parseArgs } from 'node:util';
import { generateMasterKey, parseMasterKey } from '#crypto/master-key.js';
import type { Command } from '../command.js';

export const masterKeyGenerate: Command = {
  name: 'master-key generate',
  summary: 'Print a new master key and its id; nothing is changed',
  usage: '',
  run: ({ print, remark }, args) => {
    parseArgs({ args, options: {} });
    const key = generateMasterKey();
    print(key);
    remark(`Its id is ${parseMasterKey(key).id}.`);
    return Promise.resolve(0);
  },
};
