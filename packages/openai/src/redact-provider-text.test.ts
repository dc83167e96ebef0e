import { describe, expect, it } from 'vitest';
import { SecretString } from '#core/secret-string.js';
import { redactProviderText } from './redact-provider-text.js';

const plaintext = `sk-proj-${'a'.repeat(70)}T3BlbkFJ${'b'.repeat(70)}wxYZ`;
const options = { secret: new SecretString(plaintext), maxLength: 300 };

describe('redactProviderText', () => {
  it.each([
    ['the secret', plaintext],
    ['its mask of asterisks', `sk-proj-${'*'.repeat(152)}wxYZ`],
    ['its short mask', 'sk-proj-...wxYZ'],
    ['a mask without prefix', '****************wxYZ'],
    ['a bearer header', `Bearer ${plaintext}`],
    ['another key', `sk-svcacct-${'c'.repeat(40)}wxYZ`],
  ])('removes %s', (_what, shown) => {
    const text = redactProviderText(`Incorrect API key provided: ${shown}. See the page.`, options) ?? '';
    expect(text).toContain('[redacted]');
    expect(text).not.toContain('wxYZ');
  });

  it('removes a secret of any shape', () => {
    const secret = new SecretString('gateway.token');
    expect(redactProviderText('no gateway.token here', { secret, maxLength: 300 })).toBe('no [redacted] here');
  });

  it.each([
    ['its end', plaintext.slice(8)],
    ['itself in capitals', plaintext.toUpperCase()],
    ['itself over two lines', `${plaintext.slice(0, 40)}\n${plaintext.slice(40)}`],
    ['the half before an answer is cut', `${' '.repeat(4_000)}${plaintext}`],
  ])('removes a piece of the secret: %s', (_what, shown) => {
    const text = redactProviderText(`Your key ${shown} is wrong`, options)?.toLowerCase() ?? '';
    expect(text).toContain('[redacted]');
    expect(text).not.toMatch(/a{12}|b{12}/);
  });

  const varied = `sk-proj-${'Ab3_x-yz'.repeat(5)}T3BlbkFJ${'Q9wE7rTu'.repeat(5)}wxYZ`;
  it.each<[string, (text: string) => string]>([
    ['in Base64', (text) => Buffer.from(text).toString('base64')],
    ['in Base64, as a password', (text) => Buffer.from(`user:${text}`).toString('base64')],
    ['in Base64 for addresses', (text) => Buffer.from(`:${text}:`).toString('base64url')],
    ['in hexadecimal', (text) => Buffer.from(text).toString('hex')],
    ['in hexadecimal capitals', (text) => Buffer.from(text).toString('hex').toUpperCase()],
    ['percent-encoded', (text) => Buffer.from(text).toString('hex').replaceAll(/../g, '%$&')],
    ['with characters of no width', (text) => text.replaceAll(/./g, '$&\u200B')],
  ])('removes the secret %s', (_how, write) => {
    const text = redactProviderText(`Your key ${write(varied)} is wrong`, {
      secret: new SecretString(varied),
      maxLength: 600,
    });
    expect(text).toBe('Your key [redacted] is wrong');
  });

  it.each([
    ['one word', 'x'.repeat(4_000_000)],
    ['asterisks', '** '.repeat(1_000_000)],
    ['what begins like a mask', 'sk-'.repeat(1_000_000)],
  ])('takes no time for megabytes of %s', (_what, text) => {
    const before = performance.now();
    redactProviderText(text, options);
    expect(performance.now() - before).toBeLessThan(5_000);
  });

  it('leaves nothing that moves a cursor or turns the direction of text', () => {
    expect(redactProviderText('a\u001B[31m b\u0000c \u202Ed', options)).toBe('a [31m b c d');
  });

  it('cuts after redacting, so that no half of a secret survives', () => {
    const text = redactProviderText(`${'x '.repeat(8)}${plaintext}`, { ...options, maxLength: 30 }) ?? '';
    expect(text).toHaveLength(26);
    expect(text).not.toContain('sk-proj');
  });

  it('folds white space, and calls nothing null', () => {
    expect(redactProviderText(' a\n\tb ', options)).toBe('a b');
    expect(redactProviderText('  ', options)).toBeNull();
    expect(redactProviderText(undefined, options)).toBeNull();
  });
});
