import { parseArgs } from 'node:util';
import { parseMasterKey } from '#crypto/master-key.js';
import { readKeyManagement } from '#domain/master-key/read-key-management.js';
import { type Command, CommandError } from '../command.js';

export const masterKeyWrap: Command = {
  name: 'master-key wrap',
  summary: 'Read a master key and print it as the key-management service wraps it',
  usage: '< FILE\n\n  What it prints is given as MASTER_KEY in place of the key (docs/keys.md).',
  run: async ({ environment, print, remark, readInput, inputIsTerminal }, args) => {
    parseArgs({ args, options: {} });
    const service = readKeyManagement(environment);
    if (inputIsTerminal) remark('Paste the master key, then Ctrl-D:');
    const text = (await readInput()).trim();
    const { id } = parseMasterKey(text);
    const wrapped = await service.wrap(text);
    if (parseMasterKey(await service.unwrap(wrapped)).id !== id) {
      throw new CommandError(
        'The key-management service gives another key back than it was given: look at MASTER_KEY_KMS_KEY. Nothing is printed.',
      );
    }
    print(wrapped);
    remark(`Its id is ${id}.`);
    return 0;
  },
};
