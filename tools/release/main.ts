// `npm run release`
import { parseArgs } from 'node:util';
import { release } from './release.js';

const { registry } = parseArgs({ options: { registry: { type: 'string' } } }).values;
process.exitCode = await release({
  folder: '.',
  registry,
  today: new Date(),
  say: (text) => void process.stdout.write(`${text}\n`),
});
