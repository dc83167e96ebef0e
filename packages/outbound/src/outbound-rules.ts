import { BlockList, isIP, isIPv4 } from 'node:net';
import { isPublicAddress } from './is-public-address.js';

/** Where we may connect to. */
export interface OutboundRules {
  /** A host that was named in the list, by name or by its address: wherever its name leads, and also without TLS. */
  trustsHost(host: string): boolean;
  /** A public address, or one in a network of the list. */
  allowsAddress(address: string): boolean;
}

const hostName = /^(?=.{1,253}$)(?!.*[.]$)(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9])?(?:\.|$))+$/i;

/** `litellm.internal`, `10.1.2.3`, `10.1.0.0/16` or `fd00::/8`. */
export function isOutboundEntry(text: string): boolean {
  const { address, bits } = networkOf(text);
  const widest = isIPv4(address) ? 32 : 128;
  if (isIP(address)) return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= widest);
  // What is all digits and dots was meant as an address.
  return hostName.test(text) && !/^[\d.]+$/.test(text);
}

/** @param allow as `isOutboundEntry` has them; nothing of it is looked up here */
export function createOutboundRules(allow: readonly string[]): OutboundRules {
  const names = new Set<string>();
  const networks = new BlockList();
  for (const entry of allow) {
    const { address, bits } = networkOf(entry);
    if (!isIP(address)) names.add(entry.toLowerCase());
    else if (isIPv4(address)) networks.addSubnet(address, Number(bits ?? 32), 'ipv4');
    else networks.addSubnet(address, Number(bits ?? 128), 'ipv6');
  }
  const isListed = (address: string) => isIP(address) !== 0 && networks.check(address, familyOf(address));
  return {
    trustsHost: (host) => names.has(host.toLowerCase()) || isListed(host),
    allowsAddress: (address) => isPublicAddress(address) || isListed(address),
  };
}

function networkOf(entry: string): { address: string; bits: string | undefined } {
  const [address = '', bits, ...more] = entry.split('/');
  return more.length > 0 ? { address: '', bits } : { address, bits };
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIPv4(address) ? 'ipv4' : 'ipv6';
}
