// `npm run demo`: the whole product against the simulator instead of OpenAI, with data of its own to look at.
import { fileURLToPath } from 'node:url';
import { readEnvironment } from '#core/read-environment.js';
import { findFreePort } from '#db/embedded/find-free-port.js';
import { furnishDemo } from './demo/furnish-demo.js';
import { runFromTerminal } from './run-from-terminal.js';

const simulatorPort = await findFreePort();
const given = readEnvironment();
const home = '.keyledger-demo';
const openAiBaseUrl = `http://127.0.0.1:${simulatorPort}/v1`;

// A worker by itself knows neither: without these it would import an installation of this machine, from OpenAI.
process.stdout.write(
  `\n  To import by hand beside this demo:\n  KEYLEDGER_HOME=${home} OPENAI_BASE_URL=${openAiBaseUrl} npm run worker -- --import\n`,
);

await runFromTerminal({
  // Never the data or the keys of an installation that is configured on this machine.
  environment: {
    ...given,
    DATABASE_URL: undefined,
    MASTER_KEY: undefined,
    MASTER_KEY_FILE: undefined,
    MASTER_KEY_PREVIOUS: undefined,
    MASTER_KEY_PREVIOUS_FILE: undefined,
    KEYLEDGER_HOME: undefined,
    NODE_ENV: undefined,
    OUTBOUND_ALLOW: undefined,
    OPENAI_BASE_URL: openAiBaseUrl,
  },
  home,
  companions: [
    {
      name: 'openai',
      script: fileURLToPath(new URL('../../openai-simulator/src/main.js', import.meta.url)),
      args: ['--port', String(simulatorPort), '--latency-ms', '300'],
      env: {},
    },
  ],
  furnish: furnishDemo,
});
