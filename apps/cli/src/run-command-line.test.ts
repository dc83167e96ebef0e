import { expect, test } from 'vitest';
import { parseArgs } from 'node:util';
import { runTestCommand } from '#testing/run-test-command.js';
import { type Command, type CommandContext, CommandError } from './command.js';
import { commands } from './commands.js';
import { foldLine } from './fold-line.js';
import { lineWidth } from './line-width.js';

const sing: Command = {
  name: 'bird sing',
  summary: 'Sings',
  usage: '--song NAME\n  --song  what to sing',
  run: ({ print }, args) => {
    const { values } = parseArgs({ args, options: { song: { type: 'string' } } });
    if (values.song === 'silence') throw new CommandError('Nobody can sing silence.');
    if (values.song === 'crash') throw new TypeError('ours');
    print(`sang ${values.song ?? ''}`);
    return Promise.resolve(values.song === 'flat' ? 1 : 0);
  },
};
const fly: Command = { ...sing, name: 'bird fly', summary: 'Flies' };
const eat: Command = { ...sing, name: 'eat', summary: 'Eats' };

function run(...words: string[]) {
  return runAs('npm run keyledger --', ...words);
}

async function runAs(program: string, ...words: string[]) {
  return runFor({ program, lineWidth: 80, known: [sing, fly, eat] }, words);
}

const runFor = (
  { known, ...given }: Pick<CommandContext, 'program' | 'lineWidth'> & { known: readonly Command[] },
  words: string[],
) => runTestCommand(known, words, { ...given, version: '1.2.3' });

test('a command of two words runs with what follows, and its status is handed on', async () => {
  expect(await run('bird', 'sing', '--song', 'hey')).toEqual({ status: 0, out: 'sang hey\n', err: '' });
  expect(await run('bird', 'sing', '--song', 'flat')).toMatchObject({ status: 1, out: 'sang flat\n' });
});

test('help of all, of a group and of one is asked for in any way', async () => {
  for (const words of [['help'], ['--help'], ['-h']]) {
    expect(await run(...words)).toMatchObject({ status: 0, out: expect.stringMatching(/bird sing {2}Sings[^]*eat/) });
  }
  const group = await run('help', 'bird');
  expect(group).toMatchObject({ status: 0, out: expect.stringContaining('bird fly') });
  expect(group.out).not.toContain('Eats');
  for (const words of [
    ['help', 'bird', 'sing'],
    ['bird', 'sing', '--help'],
  ]) {
    expect(await run(...words)).toMatchObject({ status: 0, out: expect.stringContaining('--song  what to sing') });
  }
});

test('the version is told, of the whole program and not of a command', async () => {
  expect(await run('--version')).toEqual({ status: 0, out: 'keyledger 1.2.3\n', err: '' });
  expect(await run('eat', '--version')).toMatchObject({ status: 2, out: '' });
  expect((await run('--help')).out).toContain('npm run keyledger -- --version');
});

test('nothing, half a command and an unknown one are misuse, which is 2 and leaves standard output empty', async () => {
  expect(await run()).toMatchObject({ status: 2, out: '', err: expect.stringContaining('Usage: ') });
  expect(await run('bird')).toMatchObject({ status: 2, out: '', err: expect.stringContaining('bird fly') });
  expect(await run('brid', 'sing')).toMatchObject({
    status: 2,
    err: expect.stringContaining('no command “brid sing”'),
  });
});

test('an option that does not exist is told with the usage of the command', async () => {
  const { status, err } = await run('bird', 'sing', '--loud');
  expect(status).toBe(2);
  expect(err).toMatch(/--loud[^]*Usage: npm run keyledger -- bird sing --song NAME/);
});

test('help names the program as it was called, which in the image is not npm', async () => {
  expect((await runAs('keyledger', 'help')).out).toMatch(/^Usage: keyledger <command>/);
  expect((await runAs('keyledger', 'help', 'eat')).out).toContain('Usage: keyledger eat');
});

test('a fault that people can mend is its sentence; one of ours shows where it is', async () => {
  expect(await run('bird', 'sing', '--song', 'silence')).toEqual({
    status: 2,
    out: '',
    err: 'Nobody can sing silence.\n',
  });
  expect((await run('bird', 'sing', '--song', 'crash')).err).toMatch(/TypeError: ours\n +at /);
});

test('no two commands have one name, and each says in a line what it does', () => {
  expect(new Set(commands.map(({ name }) => name)).size).toBe(commands.length);
  for (const { name, summary } of commands) {
    expect(name).toMatch(/^[a-z][a-z-]*( [a-z][a-z-]*)?$/);
    expect(summary).toMatch(/^[A-Z][^\n]{5,79}$/);
  }
});

test.each([60, 80, 100])(
  'help fits %i columns, and what it says of a name or an option stays in its column',
  async (lineWidth) => {
    const helpOf = async (...words: string[]) =>
      (await runFor({ program: 'keyledger', lineWidth, known: commands }, ['help', ...words])).out;
    const texts = [await helpOf(), ...(await Promise.all(commands.map(({ name }) => helpOf(...name.split(' ')))))];
    const body = texts.flatMap((text) => text.split('\n').filter((line) => line.startsWith(' ')));
    expect(body.filter((line) => line.length > lineWidth)).toEqual([]);
    expect(texts[0]).toMatch(/\n {2}doctor {15}Look at [^]*\n {2}master-key remove {4}Remove /);
  },
);

test('a line is folded between words, below its text, and colours of its head take no room', () => {
  expect(foldLine('  --a  ', 'one two three', 14)).toBe('  --a  one two\n       three');
  expect(foldLine('  --a  ', 'one two three', 13)).toBe('  --a  one\n       two\n       three');
  expect(foldLine('\u001B[32mok\u001B[39m ', 'one two', 6)).toBe('\u001B[32mok\u001B[39m one\n   two');
  expect(foldLine('  ', 'longer-than-it-fits so', 8)).toBe('  longer-than-it-fits\n  so');
});

test('lines are as wide as the terminal up to 100 columns, and 80 where nothing is known of one', () => {
  expect([72, 100, 101, 0, undefined].map(lineWidth)).toEqual([72, 100, 100, 80, 80]);
});

test('no terminal obeys what somebody wrote where a command reads it, but the colours of our own', async () => {
  const evil = '\u001b[2J\u001b]0;title\u0007\u009b8m\r';
  const shown = String.raw`\u001b[2J\u001b]0;title\u0007\u009b8m\u000d`;
  expect(await run('bird', 'sing', '--song', evil)).toMatchObject({ out: `sang ${shown}\n` });
  expect((await run(evil)).err).toContain(`“${shown}”`);
  expect(await run('bird', 'sing', '--song', '\u001b[32mok\u001b[39m\t!\n')).toMatchObject({
    out: 'sang \u001b[32mok\u001b[39m\t!\n\n',
  });
});
