// The guard: which names this server answers to, whose pages may change something, and what browsers may do.

import { isIP } from 'node:net';
import { VedetteError } from '../core/errors.ts';

/**
 * Stops requests for a host name that is not ours: a foreign name that resolves to this machine (DNS rebinding)
 * would make foreign pages same-origin with us. Addresses and localhost cannot be rebound.
 * Errors: `origin-refused`.
 */
export function checkHost(request: Request, publicUrl: string): void {
  const url = URL.parse(`http://${request.headers.get('host') ?? new URL(request.url).host}`);
  const name = url?.hostname.toLowerCase().replace(/\.$/, '') ?? '';
  const isAddress = isIP(name.replace(/^\[|\]$/g, '')) !== 0;
  if (isAddress || name === 'localhost' || name.endsWith('.localhost')) return;
  if (name === new URL(publicUrl).hostname.toLowerCase()) return;
  throw new VedetteError(
    'origin-refused',
    `This server does not answer to the name "${name.slice(0, 100)}". Use its address, or set VEDETTE_PUBLIC_URL to this name.`,
  );
}

const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Stops pages of other web sites from changing something with a visitor's cookie. Browsers send `Origin` with
 * every such request; programs that are no browsers carry no visitor's cookie by accident.
 * Errors: `origin-refused`.
 */
export function checkOrigin(request: Request, publicUrl: string): void {
  if (safeMethods.has(request.method)) return;
  const site = request.headers.get('sec-fetch-site');
  if (site !== null && site !== 'same-origin' && site !== 'none') throw new VedetteError('origin-refused');
  const origin = request.headers.get('origin');
  if (origin === null) return;
  // Behind a proxy that speaks https the host is the same, and only the scheme differs from ours.
  const host = request.headers.get('host') ?? new URL(request.url).host;
  const given = URL.parse(origin);
  const isOurs = given !== null && (given.host === host || given.origin === new URL(publicUrl).origin);
  if (!isOurs) throw new VedetteError('origin-refused');
}

const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "font-src 'self'",
  "img-src 'self' data: blob:",
  // hls.js hands media over as blobs and works in a worker that it makes from one.
  "media-src 'self' blob:",
  "worker-src 'self' blob:",
  "connect-src 'self'",
  "manifest-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

const yearSeconds = 365 * 86_400;

/** Sets what browsers may do with our answers. */
export function secure(response: Response, publicUrl: string): Response {
  const { headers } = response;
  headers.set('content-security-policy', contentSecurityPolicy);
  headers.set('x-content-type-options', 'nosniff');
  headers.set('x-frame-options', 'DENY');
  headers.set('referrer-policy', 'no-referrer');
  headers.set('cross-origin-opener-policy', 'same-origin');
  headers.set('cross-origin-resource-policy', 'same-origin');
  headers.set('permissions-policy', 'camera=(), geolocation=(), microphone=(), payment=(), usb=()');
  if (publicUrl.startsWith('https:')) headers.set('strict-transport-security', `max-age=${yearSeconds}`);
  return response;
}
