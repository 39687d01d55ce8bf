// Where a camera's pictures may come from: a camera must not become a way to reach what only this machine can reach.

import { VedetteError } from '../errors.ts';
import { type AddressBytes, addressBytes, embeddedIpv4, isLocallyTranslated } from '../network-address.ts';

export interface CameraPolicy {
  /** Whether cameras may be on this machine: restreamers and recorders often run beside Vedette. */
  readonly allowLoopback: boolean;
  /** Absolute folders that video files may be read from; null leaves it to the rights of the process. */
  readonly fileFolders: readonly string[] | null;
}

/** What an installation allows that says nothing else: a person in the house owns the machine. */
export const homePolicy: CameraPolicy = { allowLoopback: true, fileFolders: null };

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

type Standing = 'allowed' | 'loopback' | 'never';

/**
 * Why a host may not be a camera, in a sentence; null where it may. `host` is a name or an address in any notation:
 * ask again for every address that a name leads to.
 */
export function hostRefusal({ allowLoopback }: CameraPolicy, host: string): string | null {
  const standing = standingOf(host);
  if (standing === 'never') {
    return `${host} is not the address of a camera: it is link-local, multicast, translated, or belongs to the machine's cloud. Give the camera an address of its network.`;
  }
  if (standing === 'loopback' && !allowLoopback) {
    return `${host} is the machine that runs Vedette. Use another host, or set VEDETTE_ALLOW_LOOPBACK_CAMERAS=true.`;
  }
  return null;
}

/** Errors: `source-refused`. */
export function requireHost(policy: CameraPolicy, host: string, field?: string): void {
  refuse(hostRefusal(policy, host), field);
}

/**
 * Stops paths outside of the allowed folders, as they are written; links are for who opens the file to follow and
 * to ask again. Errors: `source-refused`.
 */
export function requireFile({ fileFolders }: CameraPolicy, path: string, field?: string): void {
  if (fileFolders === null) return;
  const isBelow = fileFolders.some((folder) => path.startsWith(`${folder.replace(/[\\/]+$/, '')}/`));
  if (isBelow && !path.split(/[\\/]/).includes('..')) return;
  refuse(
    'The file lies outside of the folders that videos may be read from. See VEDETTE_CAMERA_FILE_FOLDERS.',
    field,
  );
}

function refuse(sentence: string | null, field?: string): void {
  if (sentence === null) return;
  const fields = field === undefined ? {} : { fields: { [field]: sentence } };
  throw new VedetteError('source-refused', sentence, fields);
}

function standingOf(host: string): Standing {
  const bytes = addressBytes(host);
  if (bytes !== null) return standingOfBytes(bytes);
  if (metadataNames.test(host)) return 'never';
  return loopbackNames.test(host) ? 'loopback' : 'allowed';
}

function standingOfBytes(bytes: AddressBytes): Standing {
  if (metadata.includes(String(bytes))) return 'never';
  const [a = 0, b = 0] = bytes;
  if (bytes.length === 4) {
    if (a === 127) return 'loopback';
    // "This network", link-local (RFC 3927), multicast, reserved and broadcast.
    return a === 0 || (a === 169 && b === 254) || a >= 224 ? 'never' : 'allowed';
  }
  if (isLocallyTranslated(bytes)) return 'never';
  const inside = embeddedIpv4(bytes);
  if (inside !== null) return standingOfBytes(inside);
  const leading = bytes.slice(0, 15).every((byte) => byte === 0);
  if (leading) return bytes[15] === 1 ? 'loopback' : 'never';
  // Link-local (RFC 4291 §2.5.6) and multicast.
  return (a === 0xfe && (b & 0xc0) === 0x80) || a === 0xff ? 'never' : 'allowed';
}
