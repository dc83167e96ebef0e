// node tools/setup/run.mjs dist/path/to/main.js [arguments]: makes the checkout ready, then runs that program here,
// in this very process, so that signals and the exit status need nobody to pass them on.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import './check-node.mjs';

const { checkout, ensureReadyOrExit } = await import('./ensure-ready.mjs');
const [, , program, ...args] = process.argv;
await ensureReadyOrExit();
process.setSourceMapsEnabled(true);
process.argv = [process.execPath, join(checkout, program), ...args];
await import(pathToFileURL(join(checkout, program)).href);
