import { readFileSync } from 'node:fs';
import { readEnvironment } from '#core/read-environment.js';
import { faultMessage } from './fault-message.js';
import { runStandalone } from './run-standalone.js';
import { parseStandaloneConfig } from './standalone-config.js';
import { listenForStop } from './stop-request.js';
import { createTerminal } from './terminal.js';

const environment = readEnvironment();
const { version } = JSON.parse(readFileSync(new URL('../../../../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

try {
  process.exitCode = await runStandalone({
    config: parseStandaloneConfig(environment, '.keyledger'),
    environment,
    version,
    terminal: createTerminal(process.stdout, process.stdout.isTTY && !environment['NO_COLOR']),
    stop: listenForStop(process),
  });
} catch (error) {
  process.stderr.write(`\n${faultMessage(error)}\n`);
  process.exitCode = 1;
}
