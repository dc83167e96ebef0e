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
