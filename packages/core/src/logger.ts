import { pino, type DestinationStream, type Logger as PinoLogger, stdSerializers } from 'pino';

export type Logger = PinoLogger;
export const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

/**
 * OpenAI keys, masked forms that OpenAI echoes in errors, our access tokens, and bearer headers. It also meets text that
 * is JSON already: there a line break before a key is a backslash and a letter, and a backslash after one must stay.
 * A mask of ours is a prefix, an ellipsis and four characters; its longer prefixes would pass for keys.
 */
const secretPattern =
  /(?<=^|[^A-Za-z0-9]|\\[bfnrt])(?:sk-(?!(?:svcacct|service)-…)[A-Za-z0-9_*-]{8,}|klt_[A-Za-z0-9_-]{8,})|([Bb]earer\s+)[^\s"'\\]+/g;

/** Replaces anything shaped like a credential. The second line of defence behind `SecretString` and path redaction. */
export function redactSecrets(text: string): string {
  return text.replace(secretPattern, (_match, bearer: string | undefined) => `${bearer ?? ''}[redacted]`);
}

const redactedPaths = ['authorization', 'cookie', 'x-api-key', 'secret', 'key', 'password', 'token'].flatMap((name) => [
  name.includes('-') ? `["${name}"]` : name,
  name.includes('-') ? `*["${name}"]` : `*.${name}`,
  name.includes('-') ? `*.headers["${name}"]` : `*.headers.${name}`,
]);

/** JSON lines on standard output (or `destination`), redacted by path and again by shape. */
export function createLogger(options: { name: string; level: LogLevel; destination?: DestinationStream }): Logger {
  const sink = options.destination ?? process.stdout;
  return pino(
    {
      name: options.name,
      level: options.level,
      base: { name: options.name },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { err: describeError },
      redact: { paths: redactedPaths, censor: '[redacted]' },
    },
    { write: (line: string) => void sink.write(escapeControls(redactSecrets(line))) },
  );
}

/**
 * JSON leaves these as they are, and a terminal or an editor that shows the line obeys them: further controls of the
 * cursor, line separators, and turns of the direction of what follows.
 */
const obeyed = /[\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g;

function escapeControls(line: string): string {
  return line.replace(obeyed, escapeOf);
}

/** Colours are our own. Whoever may only colour what is shown hides nothing and moves nothing. */
const obeyedByTerminals =
  // oxlint-disable-next-line no-control-regex -- these are what is meant
  /(?!\u001b\[3\dm)[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g;

/** Text for a terminal, which may have words of strangers in it: what it would obey becomes readable, but line breaks and tabs. */
export function showControls(text: string): string {
  return text.replace(obeyedByTerminals, escapeOf);
}

function escapeOf(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** What somebody sent may stand in an error; of a longer one nobody reads the rest. */
const longestMessage = 2_000;
const longestStack = 8_000;

/**
 * Name, words, stack and code of an error and its causes. Drivers hang much more on theirs: ioredis the whole command that
 * failed, and where that was the login, the password.
 */
function describeError(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const { type, message, stack } = stdSerializers.err(error);
  const { code } = error as { code?: unknown };
  return {
    type,
    message: message.slice(0, longestMessage),
    stack: stack?.slice(0, longestStack),
    ...(typeof code === 'string' && { code }),
  };
}
