import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { Problem } from '#core/problem.js';
import { SecretString } from '#core/secret-string.js';
import { maskSecret } from './mask-secret.js';
import { parseProviderSecret, providerSecretFault } from './parse-provider-secret.js';

const key = 'sk-proj-Canary_0123456789-T3BlbkFJabcdefghijkl';

test.each([
  ['as it is', key],
  ['white space around it', `\t ${key} \r\n`],
  ['a no-break space and a byte order mark', `\uFEFF\u00A0${key}\u00A0`],
  ['invisible characters that web pages leave', `\u200B${key}\u200D\u2060`],
  ['straight quotes', `"${key}"`],
  ['single quotes', `'${key}'`],
  ['backticks', `\`${key}\``],
  ['curly quotes', `“${key}”`],
  ['single curly quotes', `‘${key}’`],
  ['quotes within white space', `  " ${key} "  `],
  ['the end of a list item', `"${key}",`],
  ['the end of a statement', `'${key}';`],
  ['a line of an .env file', `OPENAI_API_KEY=${key}`],
  ['a quoted line of an .env file', `OPENAI_API_KEY="${key}"`],
  ['a line with white space around the sign', `OPENAI_API_KEY = '${key}' `],
  ['a shell export', `export OPENAI_API_KEY="${key}"`],
  ['a shell export with more white space', ` export   MY_KEY_2=${key};\n`],
])('a key is taken out of its wrapping: %s', (_name, pasted) => {
  expect(parseProviderSecret(pasted).secret.reveal()).toBe(key);
});

test.each([
  ['sk-proj-0123456789abcdef', 'project'],
  ['sk-svcacct-0123456789abcdef', 'project'],
  ['sk-0123456789abcdefgh', 'project'],
  ['sk-admin-0123456789abcdef', 'admin'],
])('%s is of kind %s', (secret, kind) => {
  expect(parseProviderSecret(secret).kind).toBe(kind);
});

test('a key has from 20 to 512 characters', () => {
  const ofLength = (length: number) => `sk-${'a'.repeat(length - 3)}`;
  const accepted = [19, 20, 512, 513].map((length) => {
    try {
      return parseProviderSecret(ofLength(length)).secret.reveal().length;
    } catch (error) {
      return (error as Problem).code;
    }
  });
  expect(accepted).toEqual(['not-a-provider-key', 20, 512, 'not-a-provider-key']);
});

test.each([
  ['', 'Paste the key itself'],
  [' "" ', 'Paste the key itself'],
  ['OPENAI_API_KEY=', 'Paste the key itself'],
  ['sk-proj-********************cana', 'masked key'],
  ['sk-proj-canary…cana', 'masked key'],
  ['sk-canary...cana', 'masked key'],
  ['pk-canary-0123456789abcdef', 'begin with “sk-”'],
  ['Bearer sk-canary-0123456789abcdef', 'begin with “sk-”'],
  ['SK-canary-0123456789abcdef', 'begin with “sk-”'],
  ['sk-canary-0123456789 abcdefghij', 'no white space'],
  [`sk-canary-0123456789\nsk-canary-0123456789`, 'no white space'],
  ['sk-canary', 'too short'],
  [`sk-${'canary'.repeat(100)}`, 'too long'],
  ['sk-canary-0123456789/abcdefgh', 'only letters'],
  ['sk-canary-0123456789éabcdefgh', 'only letters'],
  ['sk-canary-0123456789\u0000abcdefgh', 'only letters'],
  ['sk-canary-0123456789<script>abc', 'only letters'],
])('%j is refused with words that help and do not repeat it', (pasted, words) => {
  let refusal: unknown;
  try {
    parseProviderSecret(pasted);
  } catch (error) {
    refusal = error;
  }
  expect(refusal).toBeInstanceOf(Problem);
  const problem = refusal as Problem;
  expect(problem).toMatchObject({ code: 'not-a-provider-key', status: 400, fields: { key: problem.detail } });
  expect(problem.detail).toContain(words);
  expect(inspect(problem, { depth: 9 }).replaceAll(/\n\s+at .*/g, '')).not.toMatch(/canary|cana\b|0123456789/i);
});

test.each([
  [key, 'sk-proj-…ijkl'],
  ['sk-svcacct-0123456789abcdef', 'sk-svcacct-…cdef'],
  ['sk-admin-0123456789abcdef', 'sk-admin-…cdef'],
  ['sk-0123456789abcdefgh', 'sk-…efgh'],
])('of a key only its prefix and last four characters are shown: %#', (secret, mask) => {
  expect(maskSecret(new SecretString(secret))).toBe(mask);
});

test.each([
  ['white space within it', `a${' '.repeat(60_000)}a`],
  ['quotes within it', `"a${'"'.repeat(60_000)}a"`],
  ['white space after a name', `KEY${' '.repeat(60_000)}=${' '.repeat(60_000)}a${' '.repeat(60_000)}a`],
])('a text as long as a request may be is judged at once: %s', (_name, pasted) => {
  const began = performance.now();
  expect(providerSecretFault(pasted)).toContain('begin with “sk-”');
  // The square of the length would be 9 s.
  expect(performance.now() - began).toBeLessThan(1_000);
});
