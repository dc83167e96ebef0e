#!/usr/bin/env -S node --enable-source-maps
// `npm run keyledger -- <command>`; in the image this file is also the program `keyledger`
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { text } from 'node:stream/consumers';
import { readEnvironment } from '#core/read-environment.js';
import { openStoredData } from '#domain/operations/open-stored-data.js';
import type { CommandContext } from './command.js';
import { commands } from './commands.js';
import { lineWidth } from './line-width.js';
import { withOpenInstallation } from './open-installation.js';
import { runCommandLine } from './run-command-line.js';

const environment = readEnvironment();
const program = basename(process.argv[1] ?? '') === 'keyledger' ? 'keyledger' : 'npm run keyledger --';

const withStoredData: CommandContext['withStoredData'] = async (work) => {
  const data = await openStoredData(environment, '.keyledger');
  try {
    return await work({ ...environment, ...data.environment }, data);
  } finally {
    await data.close();
  }
};

process.exitCode = await runCommandLine(
  commands,
  {
    program,
    version: readVersion(),
    environment,
    print: (lines) => void process.stdout.write(`${lines}\n`),
    remark: (lines) => void process.stderr.write(`${lines}\n`),
    lineWidth: lineWidth(process.stdout.isTTY ? process.stdout.columns : undefined),
    readInput: () => text(process.stdin),
    inputIsTerminal: process.stdin.isTTY,
    withStoredData,
    withInstallation: (work) => withStoredData((completed, data) => withOpenInstallation(completed, data, work)),
  },
  process.argv.slice(2),
);

function readVersion(): string {
  const file = new URL('../../../../package.json', import.meta.url);
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}
