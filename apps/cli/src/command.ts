import type { Installation } from './open-installation.js';

/**
 * Exit statuses: 0 done; 1 it ran and what it looked at is not as it should be, such as an audit chain that does not
 * verify; 2 it could not run: misused, not configured, or a fault on the way.
 */
export type ExitStatus = 0 | 1 | 2;

/** One thing that `npm run keyledger` does. To add one: a file in `commands/`, and a line in `commands.ts`. */
export interface Command {
  /** One or two words: `doctor`, `master-key rotate`. */
  name: string;
  /** One line, for the list of all. */
  summary: string;
  /** What follows the name, and below it what each option means; a line of it is a paragraph, and folded to fit. */
  usage: string;
  /**
   * @param args what followed the name; `parseArgs` of node:util throws what is shown as a misuse
   * @throws UsageError, and every error that `describeFault` knows
   */
  run(context: CommandContext, args: string[]): Promise<ExitStatus>;
}

export interface CommandContext {
  /** What is typed before a command's name: `npm run keyledger --`, in a container `keyledger`. */
  program: string;
  /** Of Keyledger, such as `0.1.0`. */
  version: string;
  /** The environment with `.env` beneath it. */
  environment: Record<string, string | undefined>;
  /** Whole lines to standard output: what was asked for. */
  print: (text: string) => void;
  /** Whole lines to standard error: progress and remarks. */
  remark: (text: string) => void;
  /** Columns that a line may take. */
  lineWidth: number;
  /** All of standard input. */
  readInput: () => Promise<string>;
  /** Whether a person types the input, who has to be told what to type. */
  inputIsTerminal: boolean;
  /**
   * What the environment says, completed with the database and the master key of the home as `npm run worker` does it.
   * `keyHome` is the home whose file holds the master keys, null when they are given. Stops the embedded database
   * afterwards if it was started for this.
   * @throws HomeError, EmbeddedPostgresError
   */
  withStoredData: (
    work: (environment: Record<string, string | undefined>, data: { keyHome: string | null }) => Promise<ExitStatus>,
  ) => Promise<ExitStatus>;
  /**
   * The same, opened: a migrated database and the master keys that it needs.
   * @throws ConfigError, DatabaseUnreachableError, PendingMigrationsError, MasterKeyMismatchError
   */
  withInstallation: (work: (installation: Installation) => Promise<ExitStatus>) => Promise<ExitStatus>;
}

/** A fault of a command that the person at the terminal can mend; shown as it is, in one or a few sentences. */
export class CommandError extends Error {
  override name = 'CommandError';
}

/** The command line is not one that the command takes: shown with the command's usage. */
export class UsageError extends CommandError {
  override name = 'UsageError';
}
