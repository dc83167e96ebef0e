import { readFileSync } from 'node:fs';
import { describeFault } from '#domain/operations/describe-fault.js';
import { runStandalone, type Standalone } from './run-standalone.js';
import { StandaloneError } from './standalone-error.js';
import { parseStandaloneConfig } from './standalone-config.js';
import { listenForStop } from './stop-request.js';
import { createTerminal } from './terminal.js';

export interface TerminalRun extends Pick<Standalone, 'environment' | 'companions' | 'furnish' | 'hint'> {
  /** The home folder unless KEYLEDGER_HOME names another. */
  home: string;
}

/** Runs the product for the person at this terminal, sets the exit status, and reports a fault in words. */
export async function runFromTerminal({ environment, home, ...rest }: TerminalRun): Promise<void> {
  try {
    refuseArguments(process.argv.slice(2));
    process.exitCode = await runStandalone({
      ...rest,
      config: await parseStandaloneConfig(environment, home),
      environment,
      version: readVersion(),
      terminal: createTerminal(process.stdout, process.stdout.isTTY && !environment['NO_COLOR']),
      stop: listenForStop(process),
    });
  } catch (error) {
    process.stderr.write(`\n${describeFault(error, [StandaloneError])}\n`);
    process.exitCode = 1;
  }
}

function refuseArguments(args: readonly string[]): void {
  if (args.length === 0) return;
  throw new StandaloneError(
    'This command takes no arguments. Settings are environment variables or lines of .env, such as PORT=8080: .env.example has them all.',
  );
}

function readVersion(): string {
  const file = new URL('../../../../package.json', import.meta.url);
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}
