import { redactSecrets, showControls } from '#core/logger.js';

const shownLevels = new Set(['warn', 'error', 'fatal']);

/**
 * What the terminal shows of one line of a process's output: JSON log lines from warnings up, as a short text; of the
 * rest, what it said on standard error (a crash, a refused configuration), as it is. Null: only for the log file.
 */
export function presentLogLine(line: string, stream: 'stdout' | 'stderr'): string | null {
  const entry = parseEntry(line);
  if (entry === null) return stream === 'stdout' || line.trim() === '' ? null : forTerminal(line);
  if (!shownLevels.has(String(entry['level']))) return null;
  const error = entry['err'] ?? entry['error'];
  const why = isRecord(error) ? error['message'] : (entry['reason'] ?? entry['securityEvent']);
  const said = [entry['msg'], why].filter((text) => typeof text === 'string').map(reasonOf);
  return forTerminal(`${String(entry['level'])}  ${said.join(': ')}`);
}

/** An entry is read from JSON, which had escaped what a stranger wrote into it. */
function forTerminal(text: string): string {
  return showControls(redactSecrets(text));
}

/** Prisma says what was called, from which lines of source code, and on the last line why that failed. */
function reasonOf(text: string): string {
  return /^\s*Invalid `.+` invocation/.test(text) ? (text.trim().split('\n').at(-1) ?? text) : text;
}

function parseEntry(line: string): Record<string, unknown> | null {
  try {
    const entry: unknown = JSON.parse(line);
    return isRecord(entry) && 'level' in entry ? entry : null;
  } catch {
    return null;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
