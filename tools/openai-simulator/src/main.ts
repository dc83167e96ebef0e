import { createSimulator } from './create-simulator.js';
import { type CommandLine, readCommandLine, usage } from './read-command-line.js';

const asked = readCommandLine(process.argv.slice(2));
if (asked.kind === 'serve') await serve(asked);
else if (asked.kind === 'help') process.stdout.write(usage);
else {
  process.stderr.write(`${asked.fault}\n\n${usage}`);
  process.exitCode = 2;
}

async function serve({ host, port, ...options }: Extract<CommandLine, { kind: 'serve' }>): Promise<void> {
  const simulator = createSimulator(options);
  const { baseUrl } = await simulator.listen(port, host);
  process.stdout.write(`openai-simulator: ${baseUrl}\n`);

  // `disconnect`: the program that started us over IPC is gone.
  for (const end of ['SIGINT', 'SIGTERM', 'disconnect'] as const) {
    process.once(end, () => void simulator.close().then(() => process.exit(0)));
  }
}
