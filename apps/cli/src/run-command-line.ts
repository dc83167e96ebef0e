import { showControls } from '#core/logger.js';
import { describeFault } from '#domain/operations/describe-fault.js';
import { type Command, CommandError, type CommandContext, type ExitStatus, UsageError } from './command.js';
import { foldLine } from './fold-line.js';
import { PendingMigrationsError } from './open-installation.js';

const ownFaults = [CommandError, PendingMigrationsError];

/**
 * Runs what the words say, and tells every fault: in a sentence where people can mend it. Whatever is told may have words in it of
 * whoever wrote into a file or the database, or answers from there: no terminal obeys them.
 * @param words of the command line, without node and the script
 */
export function runCommandLine(
  commands: readonly Command[],
  context: CommandContext,
  words: readonly string[],
): Promise<ExitStatus> {
  const print = (text: string) => context.print(showControls(text));
  const remark = (text: string) => context.remark(showControls(text));
  return runWords(commands, { ...context, print, remark }, words);
}

async function runWords(
  commands: readonly Command[],
  context: CommandContext,
  words: readonly string[],
): Promise<ExitStatus> {
  if (words[0] === '--version') {
    context.print(`keyledger ${context.version}`);
    return 0;
  }
  const asked = words[0] === 'help' ? words.slice(1) : words;
  const wantsHelp = asked !== words || words.some((word) => word === '--help' || word === '-h');
  const command = findCommand(commands, asked);
  if (command && !wantsHelp) return runCommand(command, context, asked.slice(command.name.split(' ').length));
  if (command) {
    context.print(describeCommand(context, command));
    return 0;
  }
  const [first] = asked;
  if (first !== undefined && !first.startsWith('-') && !isGroup(commands, asked)) {
    context.remark(`There is no command “${asked.filter((word) => !word.startsWith('-')).join(' ')}”.\n`);
    context.remark(listCommands(context, commands));
    return 2;
  }
  (wantsHelp ? context.print : context.remark)(listCommands(context, commands, first));
  return wantsHelp ? 0 : 2;
}

/** The command whose words come first; of `master-key` and `master-key rotate`, the longer. */
function findCommand(commands: readonly Command[], words: readonly string[]): Command | undefined {
  return commands
    .filter(({ name }) => name.split(' ').every((word, index) => words[index] === word))
    .toSorted((one, other) => other.name.length - one.name.length)[0];
}

/** `master-key` alone: there are commands that begin so. */
function isGroup(commands: readonly Command[], words: readonly string[]): boolean {
  const typed = words.filter((word) => !word.startsWith('-'));
  return typed.length === 1 && commands.some(({ name }) => name.startsWith(`${typed[0] ?? ''} `));
}

async function runCommand(command: Command, context: CommandContext, args: string[]): Promise<ExitStatus> {
  try {
    return await command.run(context, args);
  } catch (error) {
    if (isMisuse(error)) context.remark(`${error.message}\n\n${describeCommand(context, command)}`);
    else context.remark(describeFault(error, ownFaults));
    return 2;
  }
}

/** Ours, or one that `parseArgs` of node:util throws. */
function isMisuse(error: unknown): error is Error {
  if (error instanceof UsageError) return true;
  return error instanceof Error && String((error as NodeJS.ErrnoException).code).startsWith('ERR_PARSE_ARGS_');
}

function listCommands({ program, lineWidth }: CommandContext, commands: readonly Command[], group?: string): string {
  const listed = commands.filter(({ name }) => group === undefined || name.startsWith(`${group} `));
  const shown = listed.length > 0 ? listed : commands;
  const width = Math.max(...shown.map(({ name }) => name.length));
  const lines = shown.map(({ name, summary }) => foldLine(`  ${name.padEnd(width)}  `, summary, lineWidth));
  const more = `\nMore of one: ${program} help <command>\nThe version: ${program} --version`;
  return [`Usage: ${program} <command> [options]\n`, ...lines, more].join('\n');
}

function describeCommand({ program, lineWidth }: CommandContext, { name, summary, usage }: Command): string {
  const [synopsis = '', ...details] = usage.split('\n');
  const lines = details.map((line) => {
    const [head = ''] = /^ *(?:--\S+ +)?/.exec(line) ?? [];
    return foldLine(head, line.slice(head.length), lineWidth);
  });
  return [`${summary}\n`, `Usage: ${program} ${name} ${synopsis}`.trimEnd(), ...lines].join('\n');
}
