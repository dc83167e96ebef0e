import { Problem } from '#core/problem.js';
import { SecretString } from '#core/secret-string.js';
import type { ProviderKeyKind } from './provider-key.js';

// U+200B to U+200D and U+2060 are the invisible characters that web pages and chats put around a copied word.
const wrappingBefore = /^[\s\u200B-\u200D\u2060"'`“”‘’]+/;
// Tried where such characters begin alone: tried at each of them, a text full of them would take the square of its length.
const wrappingAfter = /(?<![\s\u200B-\u200D\u2060"'`“”‘’,;])[\s\u200B-\u200D\u2060"'`“”‘’,;]+$/;
const assignment = /^(?:export\s+)?[A-Z][A-Z0-9_]*\s*=\s*/;
const shape = /^sk-[A-Za-z0-9_-]{17,509}$/;

/**
 * Takes a key as people paste it (white space, quotes, `OPENAI_API_KEY=` in front) and checks what can be known without
 * asking OpenAI: all keys begin with `sk-` and have no white space. Their length has changed often, so it is no test.
 * @throws Problem `not-a-provider-key`; its words never repeat the input.
 */
export function parseProviderSecret(pasted: string): { secret: SecretString; kind: ProviderKeyKind } {
  const text = unwrapped(pasted);
  const fault = providerSecretFault(pasted);
  if (fault !== null) throw new Problem('not-a-provider-key', { field: 'key', detail: fault });
  return { secret: new SecretString(text), kind: kindOf(text) };
}

/** Why what was pasted cannot be a key, in words that never repeat it; null where it can. */
export function providerSecretFault(pasted: string): string | null {
  const text = unwrapped(pasted);
  return shape.test(text) ? null : explain(text);
}

/** Why what was pasted cannot be a key of that kind; null where it can, or is no key at all. */
export function providerKindFault(kind: ProviderKeyKind | undefined, pasted: string): string | null {
  const text = unwrapped(pasted);
  if (kind === undefined || !shape.test(text) || kind === kindOf(text)) return null;
  return kind === 'admin'
    ? 'Admin keys begin with “sk-admin-”. Store this one with kind “project”.'
    : 'This is an admin key (it begins with “sk-admin-”). Store it with kind “admin”.';
}

function kindOf(text: string): ProviderKeyKind {
  return text.startsWith('sk-admin-') ? 'admin' : 'project';
}

function unwrapped(pasted: string): string {
  return withoutWrapping(withoutWrapping(pasted).replace(assignment, ''));
}

function withoutWrapping(text: string): string {
  return text.replace(wrappingBefore, '').replace(wrappingAfter, '');
}

function explain(text: string): string {
  if (text === '') return 'Paste the key itself: it begins with “sk-”.';
  if (/[*…]|\.\.\./.test(text)) {
    return 'This is a masked key. OpenAI shows a key in full only once, when it is made: make a new one and paste that.';
  }
  if (!text.startsWith('sk-')) return 'OpenAI keys begin with “sk-”. Copy the whole key, from “sk-” to its end.';
  if (/\s/.test(text)) return 'A key has no white space inside. Copy just the key, in one line.';
  if (text.length < 20) return 'This is too short for an OpenAI key. Copy it to its end.';
  if (text.length > 512) return 'This is too long for an OpenAI key. Paste one key at a time.';
  return 'OpenAI keys have only letters, digits, “-” and “_”. Copy the key again.';
}
