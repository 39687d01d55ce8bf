// A camera's source while it is being typed.

import type { Camera, CameraSourceInput } from '../../src/http/contract/cameras.ts';

export interface SourceDraft {
  readonly kind: 'demo' | 'rtsp' | 'file' | 'pushed';
  readonly url: string;
  readonly substreamUrl: string;
  readonly username: string;
  readonly password: string;
  readonly path: string;
  readonly loop: boolean;
}

export const emptySource: SourceDraft = {
  kind: 'demo',
  url: '',
  substreamUrl: '',
  username: '',
  password: '',
  path: '',
  loop: true,
};

/** The source of an existing camera, to be changed. Its password never comes back. */
export function draftOf(source: Camera['source']): SourceDraft {
  switch (source.kind) {
    case 'demo':
      return emptySource;
    case 'pushed':
      return { ...emptySource, kind: 'pushed' };
    case 'file':
      return { ...emptySource, kind: 'file', path: source.path, loop: source.loop };
    case 'rtsp':
      return {
        ...emptySource,
        kind: 'rtsp',
        url: source.url,
        substreamUrl: source.substreamUrl ?? '',
        username: source.username ?? '',
      };
  }
}

/** What is sent to the server; empty optional fields become null. */
export function toSource(draft: SourceDraft): CameraSourceInput {
  switch (draft.kind) {
    case 'demo':
    case 'pushed':
      return { kind: draft.kind };
    case 'file':
      return { kind: 'file', path: draft.path.trim(), loop: draft.loop };
    case 'rtsp':
      return {
        kind: 'rtsp',
        url: draft.url.trim(),
        substreamUrl: draft.substreamUrl.trim() || null,
        username: draft.username.trim() || null,
        password: draft.password || null,
      };
  }
}

/**
 * People paste rtsp://user:password@host: the credentials move into their own fields, where they are kept as a
 * secret.
 */
export function withAddress(draft: SourceDraft, pasted: string): SourceDraft {
  const found = /^(rtsps?:\/\/)([^/@\s]+)@(.+)$/i.exec(pasted.trim());
  const [, scheme, credentials, rest] = found ?? [];
  if (scheme === undefined || credentials === undefined || rest === undefined)
    return { ...draft, url: pasted };
  const colon = credentials.indexOf(':');
  return {
    ...draft,
    url: `${scheme}${rest}`,
    username: decoded(colon < 0 ? credentials : credentials.slice(0, colon)),
    password: colon < 0 ? draft.password : decoded(credentials.slice(colon + 1)),
  };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
