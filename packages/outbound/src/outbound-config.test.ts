import { expect, test } from 'vitest';
import { z } from 'zod';
import { httpsInProduction, outboundConfigFields, outboundSettings } from './outbound-config.js';
import { isOutboundEntry } from './outbound-rules.js';

const schema = z
  .object({ NODE_ENV: z.string(), OPENAI_BASE_URL: z.url(), ...outboundConfigFields })
  .check(httpsInProduction);
const fits = (NODE_ENV: string, OPENAI_BASE_URL: string, OUTBOUND_ALLOW?: string) =>
  schema.safeParse({ NODE_ENV, OPENAI_BASE_URL, OUTBOUND_ALLOW }).success;

test('in production a base URL without TLS is refused, unless its host is allowed', () => {
  expect(fits('production', 'https://api.openai.com/v1')).toBe(true);
  expect(fits('production', 'http://litellm.internal:4000/v1')).toBe(false);
  expect(fits('production', 'http://litellm.internal:4000/v1', '10.0.0.0/8, litellm.internal')).toBe(true);
  expect(fits('production', 'http://10.1.2.3/v1', '10.0.0.0/8')).toBe(true);
  expect(fits('production', 'http://[fd00::1]/v1', 'fd00::/8')).toBe(true);
  expect(fits('production', 'http://11.1.2.3/v1', '10.0.0.0/8')).toBe(false);
  expect(fits('development', 'http://litellm.internal:4000/v1')).toBe(true);
});

test('TLS is asked for in production, and what is allowed is handed on', () => {
  const of = (NODE_ENV: string) => outboundSettings({ NODE_ENV, OUTBOUND_ALLOW: ['litellm.internal'] });
  expect(of('production')).toEqual({ allow: ['litellm.internal'], requireTls: true });
  expect(of('development')).toEqual({ allow: ['litellm.internal'], requireTls: false });
});

test('a list with one entry that is none is refused as a whole', () => {
  expect(fits('production', 'https://api.openai.com/v1', '10.0.0.0/8, *')).toBe(false);
});

test.each(['a.b', 'litellm', 'my_service.internal', '10.1.2.3', '10.0.0.0/8', '::1', 'fd00::/8', '0.0.0.0/0'])(
  '%s can be allowed',
  (entry) => expect(isOutboundEntry(entry)).toBe(true),
);

test.each([
  '',
  '*',
  '*.internal',
  'http://a.b',
  'a.b:80',
  'a.b/8',
  '10.0.0.0/33',
  '10.0.0.0/',
  '10.0.0.0/8/8',
  '10.0.0',
  '::1/129',
  'a b',
])('“%s” is no entry of OUTBOUND_ALLOW', (entry) => expect(isOutboundEntry(entry)).toBe(false));
