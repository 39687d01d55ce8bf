// Which network addresses may be reached at hosts that users name: public ones, so that our own network is not.

import { lookup } from 'node:dns/promises';
import { BlockList, isIP, type LookupFunction } from 'node:net';
import { standingOf } from '../../core/host-standing.ts';

export interface CheckedAddress {
  readonly address: string;
  readonly family: 4 | 6;
}

/** IANA IPv4 special-purpose address registry (RFC 6890), multicast and reserved space: nobody public is there. */
const special4 = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
] as const;

/**
 * Parts of the IPv6 global unicast space that are not public (IANA IPv6 special-purpose registry): protocol
 * assignments with Teredo, documentation, and 6to4, which carries any IPv4 address.
 */
const special6 = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
] as const;

const blocked4 = blockList(special4, 'ipv4');
const blocked6 = blockList(special6, 'ipv6');
/** Everything else is loopback, mapped or translated IPv4, unique local, link-local, site-local or multicast. */
const globalUnicast6 = blockList([['2000::', 3]], 'ipv6');

/** True where `address` (IPv4 or IPv6, as text) is on the public internet. */
export function isPublicAddress(address: string): boolean {
  // A scope ("fe80::1%eth0") only makes sense on a local link.
  if (address.includes('%')) return false;
  switch (isIP(address)) {
    case 4:
      return !blocked4.check(address, 'ipv4');
    case 6:
      return globalUnicast6.check(address, 'ipv6') && !blocked6.check(address, 'ipv6');
    default:
      return false;
  }
}

/** Names that mean this machine or its own network wherever they are asked (RFC 6761, 6762, 8375; ICANN on .internal). */
const privateNames = /(^|\.)(localhost|local|internal|home\.arpa)\.?$/i;

/** True where a URL's host says by itself, before any name is looked up, that it is not on the public internet. */
export function isPrivateHost({ hostname }: URL): boolean {
  const host = bareHost(hostname);
  return isIP(host) === 0 ? privateNames.test(host) : !isPublicAddress(host);
}

/**
 * Whether a request may go to a URL, as far as its host tells by itself. Private networks are the owner's to allow;
 * link-local addresses and those that hand out a cloud's credentials are nobody's.
 */
export function mayReach(url: URL, { allowPrivate }: { allowPrivate: boolean }): boolean {
  return standingOf(bareHost(url.hostname)) !== 'never' && (allowPrivate || !isPrivateHost(url));
}

/** Without the brackets of IPv6. The URL parser has written IPv4 in its usual form, whatever the notation was. */
function bareHost(hostname: string): string {
  return hostname.replace(/^\[|\]$/g, '');
}

/** Finds the addresses of a host name. */
export type Resolve = (hostname: string) => Promise<readonly { address: string; family: number }[]>;

export const systemResolve: Resolve = (hostname) => lookup(hostname, { all: true });

/**
 * The addresses of a URL's host that may be connected to; none where all are private. Connect to exactly these:
 * asking the name again may give another answer. Throws what `resolve` throws.
 */
export async function allowedAddresses(
  url: URL,
  { allowPrivate, resolve }: { allowPrivate: boolean; resolve: Resolve },
): Promise<readonly CheckedAddress[]> {
  if (!mayReach(url, { allowPrivate })) return [];
  const host = bareHost(url.hostname);
  const family = isIP(host);
  const found = family === 0 ? await resolve(host) : [{ address: host, family }];
  return found
    .filter(({ address }) => standingOf(address) !== 'never' && (allowPrivate || isPublicAddress(address)))
    .map(({ address }) => ({ address, family: isIP(address) === 6 ? 6 : 4 }));
}

/** A lookup that knows the checked addresses and nothing else. */
export function addressLookup(addresses: readonly CheckedAddress[]): LookupFunction {
  return (_hostname, options, callback) => {
    const [first] = addresses;
    if (options.all === true) callback(null, [...addresses]);
    else if (first !== undefined) callback(null, first.address, first.family);
    else callback(new Error('no address'), '', 0);
  };
}

function blockList(
  subnets: readonly (readonly [network: string, prefix: number])[],
  family: 'ipv4' | 'ipv6',
): BlockList {
  const list = new BlockList();
  for (const [network, prefix] of subnets) list.addSubnet(network, prefix, family);
  return list;
}
