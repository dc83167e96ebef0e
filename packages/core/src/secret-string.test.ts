import { format, inspect } from 'node:util';
import { expect, test } from 'vitest';
import { createLogger } from './logger.js';
import { SecretString } from './secret-string.js';

// Not shaped like a key, so that only SecretString itself can be what hides it.
const plaintext = 'canary-7f3a91';
const secret = new SecretString(plaintext);

test('a secret is printed in no accidental way', () => {
  const prints = [
    `the key ${secret as unknown as string}`,
    String(secret),
    'key ' + (secret as unknown as string),
    JSON.stringify({ secret, list: [secret] }),
    inspect(secret),
    inspect({ deep: { secret } }, { depth: 9, showHidden: true }),
    inspect(secret, { customInspect: false, showHidden: true }),
    format('%s %o %j', secret, secret, secret),
    JSON.stringify(Object.entries(secret)),
    JSON.stringify(Object.assign({}, secret)),
    JSON.stringify(structuredClone(secret)),
  ];
  for (const print of prints) expect(print).not.toContain(plaintext);
  expect(prints[0]).toBe('the key [secret]');
});

test('a secret stays out of errors, their stacks and what the log makes of them', () => {
  const error = new Error(`could not use ${String(secret)}`, { cause: secret });
  const lines: string[] = [];
  const logger = createLogger({ name: 'test', level: 'info', destination: { write: (line) => void lines.push(line) } });
  logger.error({ err: error, secret, found: [secret] }, `failed with ${String(secret)}`);
  expect(`${error.stack}${inspect(error)}${lines.join('')}`).not.toContain(plaintext);
  expect(lines).toHaveLength(1);
});

test('reveal gives the plaintext', () => {
  expect(secret.reveal()).toBe(plaintext);
});
