// Whose address a request comes from, where a proxy stands in between.

import { type AddressBytes, addressBytes } from '../core/network-address.ts';

/** Addresses whose first `bits` bits are those of `bytes`. */
export interface Network {
  readonly bytes: AddressBytes;
  readonly bits: number;
}

/** "10.0.0.0/8", "::1" or "192.0.2.7"; null where the text is none of these. */
export function readNetwork(text: string): Network | null {
  const [address = '', length, ...more] = text.trim().split('/');
  const bytes = more.length === 0 ? addressBytes(address) : null;
  if (bytes === null) return null;
  if (length === undefined) return { bytes, bits: bytes.length * 8 };
  const bits = /^\d{1,3}$/.test(length) ? Number(length) : -1;
  return bits >= 0 && bits <= bytes.length * 8 ? { bytes, bits } : null;
}

/**
 * The client's address. Only a trusted proxy is believed: of what it and those before it appended to
 * `X-Forwarded-For`, the last address that is no trusted proxy. Whatever stands left of that, the client wrote.
 */
export function clientAddress(
  peerAddress: string,
  forwardedFor: string | null,
  trusted: readonly Network[],
): string {
  let client = peerAddress;
  const hops = (forwardedFor ?? '').split(',').map((hop) => hop.trim());
  while (isTrusted(client, trusted)) {
    const hop = withoutPort(hops.pop() ?? '');
    if (addressBytes(hop) === null) return client;
    client = hop;
  }
  return client;
}

function isTrusted(address: string, trusted: readonly Network[]): boolean {
  const bytes = addressBytes(address);
  if (bytes === null) return false;
  // Node tells an IPv4 peer of a dual-stack socket as ::ffff:192.0.2.7. Other addresses that carry an IPv4 one belong
  // to somebody else.
  const isMapped = bytes.length === 16 && isWithin(bytes, mapped);
  return trusted.some((network) => isWithin(isMapped ? bytes.slice(12) : bytes, network));
}

/** RFC 4291 §2.5.5.2. */
const mapped: Network = { bytes: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0, 0, 0, 0], bits: 96 };

function isWithin(bytes: AddressBytes, network: Network): boolean {
  if (bytes.length !== network.bytes.length) return false;
  return network.bytes.every((byte, index) => {
    const counted = Math.min(Math.max(network.bits - index * 8, 0), 8);
    return (byte ^ (bytes[index] ?? 0)) >> (8 - counted) === 0;
  });
}

/** Some proxies add the port: "192.0.2.7:5123", "[2001:db8::1]:5123". */
function withoutPort(hop: string): string {
  return hop.replace(/^(\[[^\]]*\]|\d+\.\d+\.\d+\.\d+):\d+$/, '$1').replace(/^\[(.*)\]$/, '$1');
}
