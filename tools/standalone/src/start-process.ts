import { join } from 'node:path';
import { redactSecrets } from '#core/logger.js';
import { restartLimits } from './back-off.js';
import { openCappedLog } from './capped-log.js';
import { logLimitBytes } from './log-limit.js';
import { presentLogLine } from './present-log-line.js';
import { superviseProcess, type SupervisedProcess } from './supervise-process.js';
import type { Terminal } from './terminal.js';

export interface ProcessToStart {
  name: string;
  /** Absolute path of a JavaScript file. */
  script: string;
  args?: readonly string[];
  env: Record<string, string | undefined>;
}

/** A supervised process whose output goes to `<home>/logs/<name>.log`, and to the terminal as far as it matters there. */
export function startProcess(toStart: ProcessToStart, home: string, terminal: Terminal): SupervisedProcess {
  const { name } = toStart;
  const log = openCappedLog(join(home, 'logs', `${name}.log`), logLimitBytes);
  const supervised = superviseProcess({
    ...toStart,
    backOff: restartLimits,
    onLine(line, stream) {
      // A crash writes what it likes, past the logger that redacts.
      log.write(`${redactSecrets(line)}\n`);
      const text = presentLogLine(line, stream);
      if (text !== null) terminal.printFrom(name, text);
    },
    onRestart: ({ how, delayMs }) =>
      terminal.printFrom(name, `ended by itself (${how}); starting again in ${delayMs / 1000} s`),
  });
  return {
    ...supervised,
    async stop(graceMs) {
      await supervised.stop(graceMs);
      log.close();
    },
  };
}
