import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { combineMasterKeyShares } from '#crypto/master-key-shares.js';
import { parseMasterKey } from '#crypto/master-key.js';
import { explainFileFault } from '#domain/backup/explain-file-fault.js';
import { type Command, CommandError } from '../command.js';

export const masterKeyCombine: Command = {
  name: 'master-key combine',
  summary: 'Read shares, one to a line, and give back the master key',
  usage: '[--write FILE]\n  --write  write it there (0600) instead of printing it; an existing file is left alone',
  run: async ({ print, remark, readInput, inputIsTerminal }, args) => {
    const { write } = parseArgs({ args, options: { write: { type: 'string' } } }).values;
    if (inputIsTerminal) remark('Paste the shares, one to a line, then Ctrl-D:');
    const lines = (await readInput()).split('\n').filter((line) => line.trim() !== '');
    const text = await combineMasterKeyShares(lines);
    if (write === undefined) print(text);
    else await writeNew(write, text);
    remark(`Its id is ${parseMasterKey(text).id}.`);
    return 0;
  },
};

async function writeNew(file: string, text: string): Promise<void> {
  try {
    await writeFile(file, `${text}\n`, { mode: 0o600, flag: 'wx', flush: true });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new CommandError(explainFileFault(`Cannot write ${file}`, code), { cause: error });
  }
}
