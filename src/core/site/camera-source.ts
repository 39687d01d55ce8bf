// What a person says of a camera's source becomes what is stored: credentials leave the address.

import { VedetteError } from '../errors.ts';
import { type Secret, secret } from '../secret.ts';
import type { CameraSource } from './camera.ts';
import { type CameraPolicy, requireFile, requireHost } from './camera-policy.ts';

/** A source as given by a person; the shape of the wire contract, checked there for form. */
export type CameraSourceInput =
  | { readonly kind: 'demo' }
  | { readonly kind: 'file'; readonly path: string; readonly loop: boolean }
  | { readonly kind: 'pushed' }
  | {
      readonly kind: 'rtsp';
      readonly url: string;
      readonly substreamUrl: string | null;
      readonly username: string | null;
      /** Null keeps the stored password of the same user on the same host; an empty text removes it. */
      readonly password: string | null;
    };

interface Credentials {
  readonly username: string;
  readonly password: string;
}

/**
 * The source to store. User name and password written into an RTSP address move out of it; fields of their own
 * win over them. A stored password is kept only while user and host stay the same: it must not be sent to
 * wherever somebody points the camera next. Errors: `request-invalid`, `source-refused` (by `policy`).
 */
export function cameraSource(
  policy: CameraPolicy,
  input: CameraSourceInput,
  stored: CameraSource | null = null,
): CameraSource {
  if (input.kind === 'demo' || input.kind === 'pushed') return { kind: input.kind };
  if (input.kind === 'file') {
    if (input.path.includes('\0')) throw refused('path', 'A path cannot contain a zero byte.');
    requireFile(policy, input.path, 'source.path');
    return { kind: 'file', path: input.path, loop: input.loop };
  }
  const main = splitCredentials(input.url, 'url');
  const sub = input.substreamUrl === null ? null : splitCredentials(input.substreamUrl, 'substreamUrl');
  requireHost(policy, new URL(main.url).hostname, 'source.url');
  if (sub !== null) requireHost(policy, new URL(sub.url).hostname, 'source.substreamUrl');
  const written = main.credentials ?? sub?.credentials ?? null;
  if (main.credentials !== null && sub?.credentials && !same(main.credentials, sub.credentials)) {
    throw refused('substreamUrl', 'Both streams of a camera use the same user name and password.');
  }
  const source = {
    kind: 'rtsp' as const,
    url: main.url,
    substreamUrl: sub?.url ?? null,
    username: emptyToNull(input.username) ?? emptyToNull(written?.username ?? null),
  };
  return { ...source, password: password(input.password, written, source, stored) };
}

function password(
  given: string | null,
  written: Credentials | null,
  source: { readonly url: string; readonly substreamUrl: string | null; readonly username: string | null },
  stored: CameraSource | null,
): Secret | null {
  if (given !== null) return given === '' ? null : secret(given);
  if (written !== null) return written.password === '' ? null : secret(written.password);
  if (stored?.kind !== 'rtsp' || stored.password === null || stored.username !== source.username) return null;
  const known = hostsOf(stored);
  return hostsOf(source).every((host) => known.includes(host)) ? stored.password : null;
}

function hostsOf(source: { readonly url: string; readonly substreamUrl: string | null }): string[] {
  return [source.url, source.substreamUrl]
    .filter((url) => url !== null)
    .map((url) => new URL(url).host.toLowerCase());
}

function splitCredentials(text: string, field: string): { url: string; credentials: Credentials | null } {
  const url = URL.parse(text);
  if (url === null || !/^rtsps?:$/.test(url.protocol) || url.hostname === '') {
    throw refused(field, 'Give the address in the form rtsp://host:554/path.');
  }
  // rtsp://admin:12/34@host is parsed as host "admin", port 12: the password would stay in the path.
  if (url.port !== '' && url.pathname.includes('@')) {
    throw refused(field, 'Give user name and password in their own fields, or percent-encode them.');
  }
  const credentials =
    url.username === '' && url.password === ''
      ? null
      : { username: decoded(url.username), password: decoded(url.password) };
  url.username = '';
  url.password = '';
  url.hash = '';
  return { url: url.href, credentials };
}

/** Undoes percent-encoding; a percent sign that encodes nothing stands for itself. */
function decoded(text: string): string {
  return text.replace(/(?:%[0-9a-f]{2})+/gi, (encoded) => {
    try {
      return decodeURIComponent(encoded);
    } catch {
      return encoded;
    }
  });
}

function same(a: Credentials, b: Credentials): boolean {
  return a.username === b.username && a.password === b.password;
}

function emptyToNull(text: string | null): string | null {
  return text === '' ? null : text;
}

function refused(field: string, sentence: string): VedetteError {
  return new VedetteError('request-invalid', sentence, { fields: { [`source.${field}`]: sentence } });
}
