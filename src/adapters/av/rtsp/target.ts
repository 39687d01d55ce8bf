// The camera to connect to, taken from its address: credentials are kept apart from the URL that is sent.

import { VedetteError } from '../../../core/errors.ts';
import type { MediaLocation } from '../../../core/ports/media.ts';
import { type CameraPolicy, requireHost } from '../../../core/site/camera-policy.ts';
import type { Credentials } from './auth.ts';

export type RtspLocation = Extract<MediaLocation, { kind: 'rtsp' }>;

export interface Target {
  /** Without credentials, as it stands in requests. */
  readonly url: string;
  readonly host: string;
  readonly port: number;
  readonly secure: boolean;
  /** Names the camera to a person. */
  readonly where: string;
  readonly timeoutMs: number;
  /** Which hosts may be connected to; also where the camera sends us on to. */
  readonly policy: CameraPolicy;
  /** Revealed for the one header that needs them. */
  credentials(): Credentials | null;
}

/** RFC 2326 (554) and the registry of IANA (322). */
const defaultPorts = { 'rtsp:': 554, 'rtsps:': 322 } as const;

/** Errors: `source-unreachable` (the address is none), `source-refused` (by `policy`). */
export function target(location: RtspLocation, policy: CameraPolicy): Target {
  const url = URL.parse(location.url);
  const { protocol } = url ?? {};
  if (url === null || url.hostname === '' || (protocol !== 'rtsp:' && protocol !== 'rtsps:')) {
    throw new VedetteError('source-unreachable', 'The camera address must look like rtsp://host:554/path.');
  }
  requireHost(policy, url.hostname);
  const inAddress = { username: unescaped(url.username), password: unescaped(url.password) };
  const bare = new URL(url);
  bare.username = '';
  bare.password = '';
  bare.hash = '';
  return {
    url: bare.href,
    host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: url.port === '' ? defaultPorts[protocol] : Number(url.port),
    secure: protocol === 'rtsps:',
    where: url.host,
    timeoutMs: location.timeoutMs,
    policy,
    credentials() {
      const { username, password } = location;
      if (username !== null) return { username, password: password?.reveal() ?? '' };
      return inAddress.username === '' && inAddress.password === '' ? null : inAddress;
    },
  };
}

/**
 * Where a camera sends us to. Only to RTSP, never from TLS back to none, and the password stays with the host that
 * it was entered for. Errors: `source-unreachable`, `source-refused`.
 */
export function redirected(from: Target, address: string | null): Target {
  const url = address === null ? null : URL.parse(address, from.url);
  const allowed = url !== null && (url.protocol === 'rtsps:' || (url.protocol === 'rtsp:' && !from.secure));
  if (!allowed) {
    throw new VedetteError(
      'source-unreachable',
      `${from.where}: the camera sends us on to an address that is not RTSP. Enter the address of the stream itself.`,
    );
  }
  url.username = '';
  url.password = '';
  const { timeoutMs, policy } = from;
  const bare = { kind: 'rtsp', url: url.href, username: null, password: null, timeoutMs } as const;
  const to = target(bare, policy);
  return to.host === from.host ? { ...to, credentials: from.credentials } : to;
}

function unescaped(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
