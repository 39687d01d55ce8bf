// Hosts that nobody's input may lead to: what only this machine can reach, and what hands out credentials.

import { type AddressBytes, addressBytes, embeddedIpv4, isLocallyTranslated } from './network-address.ts';

/**
 * Services of clouds that hand out credentials to whoever can reach them, outside of the link-local range:
 * Alibaba, Azure, Oracle (IPv4), AWS and Google (IPv6).
 */
const metadata = ['100.100.100.200', '168.63.129.16', '192.0.0.192', 'fd00:ec2::254', 'fd20:ce::254'].map(
  (text) => String(addressBytes(text)),
);
const metadataNames =
  /^(metadata(\.(google\.internal|goog|azure\.internal|tencentyun\.com))?|instance-data(\.ec2\.internal)?)\.?$/i;
const loopbackNames = /^(.+\.)?localhost\.?$/i;
/** Names of a network of its own wherever they are asked (RFC 6762, 8375; ICANN on .internal). */
const privateNames = /\.(local|internal|home\.arpa)\.?$/i;

/** `private`: of a network that the public internet does not lead to. */
export type Standing = 'allowed' | 'private' | 'loopback' | 'never';

/** What a host is by itself, a name or an address in any notation; ask again for every address a name leads to. */
export function standingOf(host: string): Standing {
  const bytes = addressBytes(host);
  if (bytes !== null) return standingOfBytes(bytes);
  if (metadataNames.test(host)) return 'never';
  if (loopbackNames.test(host)) return 'loopback';
  return privateNames.test(host) ? 'private' : 'allowed';
}

function standingOfBytes(bytes: AddressBytes): Standing {
  if (metadata.includes(String(bytes))) return 'never';
  const [a = 0, b = 0] = bytes;
  if (bytes.length === 4) {
    if (a === 127) return 'loopback';
    // "This network", link-local (RFC 3927), multicast, reserved and broadcast.
    if (a === 0 || (a === 169 && b === 254) || a >= 224) return 'never';
    return isPrivate4(bytes) ? 'private' : 'allowed';
  }
  if (isLocallyTranslated(bytes)) return 'never';
  const inside = embeddedIpv4(bytes);
  if (inside !== null) return standingOfBytes(inside);
  const leading = bytes.slice(0, 15).every((byte) => byte === 0);
  if (leading) return bytes[15] === 1 ? 'loopback' : 'never';
  // Link-local (RFC 4291 §2.5.6) and multicast.
  if ((a === 0xfe && (b & 0xc0) === 0x80) || a === 0xff) return 'never';
  // Unique local (RFC 4193), and the site-local that came before it (RFC 3879).
  return (a & 0xfe) === 0xfc || (a === 0xfe && (b & 0xc0) === 0xc0) ? 'private' : 'allowed';
}

/** RFC 1918, networks of carriers (RFC 6598), protocol assignments (RFC 6890) and benchmarks (RFC 2544). */
function isPrivate4([a = 0, b = 0, c = 0]: AddressBytes): boolean {
  if (a === 10 || (a === 192 && b === 168) || (a === 172 && (b & 0xf0) === 16)) return true;
  return (
    (a === 100 && (b & 0xc0) === 64) || (a === 192 && b === 0 && c === 0) || (a === 198 && (b & 0xfe) === 18)
  );
}
