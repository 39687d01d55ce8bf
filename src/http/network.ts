// Which network an address is counted as: strangers are told apart by it.

import { addressBytes, embeddedIpv4 } from '../core/network-address.ts';

/** Whoever has one IPv6 address has 2^64 of them: the first 64 bits count. IPv4 counts as a whole. */
export function networkOf(address: string): string {
  const bytes = addressBytes(address);
  if (bytes === null) return address;
  const ipv4 = bytes.length === 4 ? bytes : embeddedIpv4(bytes);
  return (ipv4 ?? bytes.slice(0, 8)).join('.');
}
