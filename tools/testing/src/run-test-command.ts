import type { Command, CommandContext } from '../../../apps/cli/src/command.js';
import { withOpenInstallation } from '../../../apps/cli/src/open-installation.js';
import { runCommandLine } from '../../../apps/cli/src/run-command-line.js';

interface Given extends Partial<CommandContext> {
  /** The folder of `npm start`. Default: none, as in production. */
  keyHome?: string | null;
}

/**
 * `keyledger <words>` in this process, as far as `given` says no otherwise in an installation that its environment names:
 * how it ended, and what it said.
 */
export async function runTestCommand(
  commands: readonly Command[],
  words: readonly string[],
  { keyHome = null, environment = {}, ...given }: Given,
) {
  const said = { out: '', err: '' };
  const context: CommandContext = {
    program: 'npm run keyledger --',
    version: '0.0.0',
    environment,
    print: (text) => void (said.out += `${text}\n`),
    remark: (text) => void (said.err += `${text}\n`),
    readInput: () => Promise.reject(new Error('nothing is typed in this test')),
    inputIsTerminal: false,
    lineWidth: 80,
    withStoredData: (work) => work(environment, { keyHome }),
    withInstallation: (work) => withOpenInstallation(environment, { keyHome }, work),
    ...given,
  };
  const status = await runCommandLine(commands, context, words);
  return { status, ...said };
}
