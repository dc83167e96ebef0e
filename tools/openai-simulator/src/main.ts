import { parseArgs } from 'node:util';
import { createSimulator } from './create-simulator.js';

const { values } = parseArgs({
  options: {
    host: { type: 'string', default: '127.0.0.1' },
    port: { type: 'string', default: '4010' },
    'latency-ms': { type: 'string', default: '0' },
    'hanging-fraction': { type: 'string', default: '0' },
  },
});

const simulator = createSimulator({
  latencyMs: Number(values['latency-ms']),
  hangingFraction: Number(values['hanging-fraction']),
});
const { baseUrl } = await simulator.listen(Number(values.port), values.host);
process.stdout.write(`openai-simulator: ${baseUrl}\n`);

// `disconnect`: the program that started us over IPC is gone.
for (const end of ['SIGINT', 'SIGTERM', 'disconnect'] as const) {
  process.once(end, () => void simulator.close().then(() => process.exit(0)));
}
