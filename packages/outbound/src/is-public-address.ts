import { BlockList, isIPv4, isIPv6 } from 'node:net';

/**
 * IPv4 that is not of the public internet: IANA's special-purpose registry (RFC 6890 and its updates), multicast, what is
 * reserved, and the one public address behind which a cloud keeps its machines' credentials.
 */
const special4: readonly [network: string, bits: number][] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10], // shared by carriers; the metadata of Alibaba Cloud
  ['127.0.0.0', 8],
  ['168.63.129.16', 32], // Azure's WireServer
  ['169.254.0.0', 16], // link-local; the metadata of most clouds
  ['172.16.0.0', 12],
  ['192.0.0.0', 24], // the metadata of Oracle Cloud
  ['192.0.2.0', 24],
  ['192.31.196.0', 24],
  ['192.52.193.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['192.175.48.0', 24],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
];

/**
 * Only 2000::/3 is given out to the public internet (RFC 4291 §2.4), so loopback, private, link-local, multicast, and the
 * forms that hold an IPv4 address (mapped, NAT64) are outside of it. These are inside and are not public either.
 */
const special6: readonly [network: string, bits: number][] = [
  ['2001::', 23], // protocol assignments, among them Teredo, which holds an IPv4 address
  ['2001:db8::', 32],
  ['2002::', 16], // 6to4, which holds an IPv4 address
  ['2620:4f:8000::', 48],
  ['3fff::', 20],
];

const inside4 = new BlockList();
for (const [network, bits] of special4) inside4.addSubnet(network, bits, 'ipv4');
const inside6 = new BlockList();
for (const [network, bits] of special6) inside6.addSubnet(network, bits, 'ipv6');
const given6 = new BlockList();
given6.addSubnet('2000::', 3, 'ipv6');

/** Whether an address, as the resolver writes it, is one that anybody on the internet could reach. False for all else. */
export function isPublicAddress(address: string): boolean {
  if (isIPv4(address)) return !inside4.check(address, 'ipv4');
  return isIPv6(address) && given6.check(address, 'ipv6') && !inside6.check(address, 'ipv6');
}
