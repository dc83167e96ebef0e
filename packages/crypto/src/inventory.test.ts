import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readProductSources } from '#testing/product-sources.js';

// docs/keys.md lists every use of cryptography, and every key. What of that can be read from the sources is read here.
const checkout = new URL('../../../', import.meta.url);
const page = readFileSync(new URL('docs/keys.md', checkout), 'utf8');
const [, inventory = ''] = page.split(/^## Where cryptography is used$/m);
const named = new Set([...inventory.matchAll(/`((?:apps|packages)\/[\w./-]+\.ts)`/g)].map(([, path = '']) => path));

const sources = readProductSources(['apps', 'packages']);

/** Where the cryptography comes from that the product uses. */
const origin = /^(?:node:)?(?:crypto|tls|https)$|^(?:jose|shamir-secret-sharing|undici)$/;

/** Imports something of it that is no mere type, or takes the platform's own. */
function usesCryptography(text: string): boolean {
  const imports = [...text.matchAll(/^import (?!type\b)([^;]*?) from '([^']+)';/gm)];
  const isImported = imports.some(([, names = '', from = '']) => {
    const values = names.replaceAll(/[{}]|\btype \w+(?: as \w+)?/g, '').replaceAll(/[\s,]/g, '');
    return origin.test(from) && values !== '';
  });
  return isImported || /\b(?:import\('(?:node:)?crypto'\)|(?<!\.)crypto\.\w+\()/.test(text);
}

test('every source that uses cryptography is in the inventory of docs/keys.md', () => {
  const using = [...sources].filter(([, text]) => usesCryptography(text)).map(([path]) => path);
  expect(using.length).toBeGreaterThan(20);
  expect(using.filter((path) => !named.has(path))).toEqual([]);
});

test('every source that the inventory names is there', () => {
  expect([...named].filter((path) => !existsSync(new URL(path, checkout)))).toEqual([]);
});

test('no other algorithm is used than those that the inventory has', () => {
  const choice = /\b(?:(?:createHash|createHmac|hash|hkdfSync)\(|pbkdf2Sync\(.*, |algorithm = )([^,;)]+)/g;
  const chosen = [...sources]
    .filter(([, text]) => usesCryptography(text))
    .flatMap(([, text]) => [...text.matchAll(choice)].map(([, algorithm]) => algorithm));
  expect(new Set(chosen)).toEqual(new Set(["'aes-256-gcm'", "'sha256'", "'HS256'"]));
});

test('every purpose that a key is derived for is in the inventory', () => {
  const derived = [...sources.values()].flatMap((text) => [
    ...text.matchAll(/\b(?:deriveKey|hkdf)\([\w.]+, '([\w-]+)'/g),
  ]);
  const purposes = new Set(derived.map(([, purpose = '']) => purpose));
  expect(purposes.size).toBeGreaterThan(4);
  expect([...purposes].filter((purpose) => !inventory.includes(`\`${purpose}\``))).toEqual([]);
});

test('nothing turns the check of certificates off', () => {
  const off = /rejectUnauthorized: (?!true\b)|NODE_TLS_REJECT_UNAUTHORIZED['"]?\]? ?=(?!=)|checkServerIdentity/;
  expect([...sources].filter(([, text]) => off.test(text)).map(([path]) => path)).toEqual([]);
});
