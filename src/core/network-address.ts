// Network addresses as bytes, from every notation that a resolver would take.

/** Four bytes (IPv4) or sixteen (IPv6). */
export type AddressBytes = readonly number[];

/**
 * The bytes of a literal address: "127.1", "0x7f.1" and "2130706433" are IPv4 as the C library reads it (WHATWG URL
 * §3.5), IPv6 may stand in brackets and have a zone. Null where `host` is a name.
 */
export function addressBytes(host: string): AddressBytes | null {
  const bare = host.replace(/^\[|\]$/g, '').replace(/%.*$/, '');
  const literal = bare.includes(':') ? `[${bare}]` : bare;
  if (!/^[\w.:[\]-]+$/.test(literal)) return null;
  const hostname = URL.parse(`http://${literal}/`)?.hostname ?? '';
  if (hostname.startsWith('[')) return ipv6Bytes(hostname.slice(1, -1));
  return /^\d+\.\d+\.\d+\.\d+$/.test(hostname) ? hostname.split('.').map(Number) : null;
}

/** The IPv4 address that an IPv6 one carries: mapped, compatible, translated (NAT64) or 6to4; null where none. */
export function embeddedIpv4(bytes: AddressBytes): AddressBytes | null {
  const starts = (...prefix: number[]) => prefix.every((byte, index) => bytes[index] === byte);
  if (bytes.length !== 16) return null;
  if (starts(0x20, 0x02)) return bytes.slice(2, 6);
  const zeros = Array<number>(8).fill(0);
  const isMapped = starts(...zeros, 0, 0, 0xff, 0xff) || starts(...zeros, 0xff, 0xff, 0, 0);
  const isTranslated = starts(0, 0x64, 0xff, 0x9b, ...zeros);
  const isCompatible = starts(...zeros, 0, 0, 0, 0) && !starts(...zeros, 0, 0, 0, 0, 0, 0, 0);
  return isMapped || isTranslated || isCompatible ? bytes.slice(12) : null;
}

/**
 * Whether an IPv6 address is of the prefix 64:ff9b:1::/48 (RFC 8215), which leads to an IPv4 address of somebody's own
 * network: where in it that address stands, only the translator knows.
 */
export function isLocallyTranslated(bytes: AddressBytes): boolean {
  return bytes.length === 16 && [0, 0x64, 0xff, 0x9b, 0, 1].every((byte, index) => bytes[index] === byte);
}

/** `text` is as the URL parser writes it: eight groups of hexadecimal digits, "::" for the longest run of zeros. */
function ipv6Bytes(text: string): AddressBytes {
  const [head = '', tail = ''] = text.split('::');
  const before = head === '' ? [] : head.split(':');
  const after = tail === '' ? [] : tail.split(':');
  const zeros = Array<string>(8 - before.length - after.length).fill('0');
  return [...before, ...zeros, ...after].flatMap((group) => {
    const value = Number.parseInt(group, 16);
    return [value >> 8, value & 0xff];
  });
}
