// `npm run demo`: the whole product against the simulator instead of OpenAI, with data of its own to look at.
import { fileURLToPath } from 'node:url';
import { readEnvironment } from '#core/read-environment.js';
import { findFreePort } from '#db/embedded/find-free-port.js';
import { demoEnvironment } from './demo/demo-environment.js';
import { furnishDemo } from './demo/furnish-demo.js';
import { runFromTerminal } from './run-from-terminal.js';

const simulatorPort = await findFreePort();
const home = '.keyledger-demo';
const openAiBaseUrl = `http://127.0.0.1:${simulatorPort}/v1`;

// A worker by itself knows none of it: without these it would import an installation of this machine, from OpenAI.
const known = `DATABASE_URL= MASTER_KEY= KEYLEDGER_HOME=${home} OPENAI_BASE_URL=${openAiBaseUrl}`;
await runFromTerminal({
  environment: demoEnvironment(readEnvironment(), { openAiBaseUrl }),
  home,
  hint: `To import by hand beside this demo:\n  ${known} npm run worker -- --import`,
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
