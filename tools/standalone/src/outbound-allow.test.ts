import { expect, test } from 'vitest';
import { outboundAllow } from './outbound-allow.js';

test('this machine is reachable with the embedded database alone, and only while nothing else is said', () => {
  expect(outboundAllow(undefined, { isEmbedded: true })).toBe('127.0.0.0/8,::1');
  expect(outboundAllow('', { isEmbedded: true })).toBe('127.0.0.0/8,::1');
  expect(outboundAllow('proxy.internal', { isEmbedded: true })).toBe('proxy.internal');
  expect(outboundAllow(undefined, { isEmbedded: false })).toBeUndefined();
  expect(outboundAllow('10.0.0.0/8', { isEmbedded: false })).toBe('10.0.0.0/8');
});
