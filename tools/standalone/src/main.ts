// `npm start`
import { readEnvironment } from '#core/read-environment.js';
import { runFromTerminal } from './run-from-terminal.js';

await runFromTerminal({ environment: readEnvironment(), home: '.keyledger' });
