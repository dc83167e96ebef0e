import { expect, test } from 'vitest';
import { readCommandLine, usage } from './read-command-line.js';

const asItIs = { kind: 'serve', host: '127.0.0.1', port: 4010, latencyMs: 0, hangingFraction: 0 };

test('without options it listens on loopback, and each of them is read', () => {
  expect(readCommandLine([])).toEqual(asItIs);
  const words = '--host 0.0.0.0 --port 0 --latency-ms 2.5 --hanging-fraction 0.1'.split(' ');
  expect(readCommandLine(words)).toEqual({
    kind: 'serve',
    host: '0.0.0.0',
    port: 0,
    latencyMs: 2.5,
    hangingFraction: 0.1,
  });
});

test.each(['--help', '-h'])('%s asks for help, whatever else is said', (word) => {
  expect(readCommandLine(['--port', 'x', word])).toEqual({ kind: 'help' });
});

test.each([
  [['--latency', '3'], '--latency'],
  [['serve'], 'serve'],
  [['--port'], '--port'],
  [['--port', 'x'], '--port must be a whole number from 0 to 65535.'],
  [['--port', '65536'], '--port'],
  [['--port', '1.5'], '--port'],
  [['--latency-ms', ''], '--latency-ms'],
  [['--hanging-fraction', '1.1'], '--hanging-fraction must be a number from 0 to 1.'],
])('%j is misuse that is told, not a program that starts', (words, told) => {
  expect(readCommandLine(words)).toEqual({ kind: 'misuse', fault: expect.stringContaining(told) });
});

test('the usage names every option', () => {
  for (const option of ['--host', '--port', '--latency-ms', '--hanging-fraction', '--help'])
    expect(usage).toContain(`  ${option}`);
});
