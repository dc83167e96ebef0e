import { parseArgs } from 'node:util';

/** What the words after the program's name ask for. */
export type CommandLine =
  | { kind: 'serve'; host: string; port: number; latencyMs: number; hangingFraction: number }
  | { kind: 'help' }
  | { kind: 'misuse'; fault: string };

export const usage = `Usage: node dist/tools/openai-simulator/src/main.js [options]

Stands in for OpenAI's API. What becomes of a request is decided by its key: sk-proj-sim-BEHAVIOUR-…

  --host ADDRESS       where to listen (default 127.0.0.1)
  --port NUMBER        0 picks a free one (default 4010)
  --latency-ms NUMBER  how long every request takes (default 0)
  --hanging-fraction SHARE
                       of healthy keys that never answer, from 0 to 1 (default 0)
  --help               this text
`;

/** Reads the command line; nothing is left for the caller to check. */
export function readCommandLine(args: readonly string[]): CommandLine {
  try {
    const { values } = parseArgs({ args: [...args], options });
    if (values.help) return { kind: 'help' };
    return {
      kind: 'serve',
      host: values.host,
      port: numberOf(values.port, { name: '--port', most: 65_535, isWhole: true }),
      latencyMs: numberOf(values['latency-ms'], { name: '--latency-ms', most: 3_600_000, isWhole: false }),
      hangingFraction: numberOf(values['hanging-fraction'], { name: '--hanging-fraction', most: 1, isWhole: false }),
    };
  } catch (error) {
    if (error instanceof RangeError || isMisuse(error)) return { kind: 'misuse', fault: error.message };
    throw error;
  }
}

const options = {
  host: { type: 'string', default: '127.0.0.1' },
  port: { type: 'string', default: '4010' },
  'latency-ms': { type: 'string', default: '0' },
  'hanging-fraction': { type: 'string', default: '0' },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

function numberOf(text: string, { name, most, isWhole }: { name: string; most: number; isWhole: boolean }): number {
  const number = text === '' ? Number.NaN : Number(text);
  const fits = number >= 0 && number <= most && (!isWhole || Number.isInteger(number));
  if (!fits) throw new RangeError(`${name} must be a ${isWhole ? 'whole ' : ''}number from 0 to ${most}.`);
  return number;
}

/** One that `parseArgs` throws. */
function isMisuse(error: unknown): error is Error {
  return error instanceof Error && String((error as NodeJS.ErrnoException).code).startsWith('ERR_PARSE_ARGS_');
}
