import { expect, test } from 'vitest';
import { isPublicAddress } from './is-public-address.js';

test.each([
  ['this network', ['0.0.0.0', '0.255.255.255']],
  [
    'private networks',
    ['10.0.0.0', '10.255.255.255', '172.16.0.0', '172.31.255.255', '192.168.0.1', '192.168.255.255'],
  ],
  ['carriers', ['100.64.0.0', '100.100.100.200', '100.127.255.255']],
  ['loopback', ['127.0.0.1', '127.255.255.254', '::1']],
  ['link-local, and with it metadata', ['169.254.0.0', '169.254.169.254', '169.254.255.255', 'fe80::1', 'febf::1']],
  ['metadata elsewhere', ['168.63.129.16', '192.0.0.192', 'fd00:ec2::254', 'fd20:ce::254']],
  ['documentation and benchmarks', ['192.0.2.1', '198.18.0.1', '198.19.255.255', '198.51.100.1', '203.0.113.1']],
  ['multicast and broadcast', ['224.0.0.1', '239.255.255.255', '255.255.255.255', 'ff02::1', 'ff0e::1']],
  ['reserved', ['240.0.0.1', '192.88.99.1', '::', '100::1', '4000::1', 'fec0::1']],
  // AS112 and AMT relays (RFC 7534, 7535, 7450): whoever is near answers there.
  ['answered by whoever is near', ['192.31.196.1', '192.52.193.1', '192.175.48.1', '2620:4f:8000::1']],
  ['private IPv6', ['fc00::1', 'fd12:3456::1', 'fdff:ffff::']],
  ['IPv4 in IPv6', ['::ffff:127.0.0.1', '::ffff:8.8.8.8', '::7f00:1', '64:ff9b::a9fe:a9fe', '64:ff9b:1::1']],
  ['tunnels', ['2002:7f00:1::', '2001::1', '2001:0:a00:1::']],
  ['documentation IPv6', ['2001:db8::1', '3fff::1']],
  ['what is no address', ['', 'localhost', '8.8.8.8.', '0x7f000001', '2130706433', '1.2.3', 'fe80::1%eth0']],
])('%s: not public', (_what, addresses) => {
  expect(addresses.filter(isPublicAddress)).toEqual([]);
});

test('neighbours of what is special, and what the world uses, are public', () => {
  const addresses = `
    1.0.0.0 9.255.255.255 11.0.0.0 100.63.255.255 100.128.0.0 126.255.255.255 128.0.0.0 168.63.129.15 168.63.129.17
    169.253.255.255 169.255.0.0 172.15.255.255 172.32.0.0 192.167.255.255 192.169.0.0 198.17.255.255 198.20.0.0
    192.31.195.255 192.31.197.0 192.52.192.255 192.52.194.0 192.175.47.255 192.175.49.0 2620:4f:7fff::1 2620:4f:8001::1
    223.255.255.255 8.8.8.8 2001:200::1 2001:4860:4860::8888 2606:4700::6812:1 2a00:1450::1 3ffe:ffff::1`
    .trim()
    .split(/\s+/);
  expect(addresses.filter((address) => !isPublicAddress(address))).toEqual([]);
});
