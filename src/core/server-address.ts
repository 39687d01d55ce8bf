// What the addresses of servers in the settings have in common: a host that is one, and credentials that can be read.

export interface ServerCredentials {
  readonly user: string;
  readonly password: string;
}

/** How to write credentials that the form of an address would swallow. */
export const encode =
  'In user name and password write @ as %40, : as %3A, / as %2F, ? as %3F, # as %23 and % as %25.';

/**
 * What is wrong with the parameters of an address, to follow its name; null where all are `known`. What may be the rest of
 * a password, cut off by a "?" in it, is not repeated.
 */
export function parameterFault(given: URLSearchParams, known: readonly string[]): string | null {
  const unknown = [...given.keys()].find((name) => !known.includes(name));
  if (unknown === undefined) return null;
  const knows = `It knows ${known.join(', ')}.`;
  const mayBeSecret = [...given].flat().some((text) => text.includes('@'));
  return mayBeSecret
    ? `has a parameter that it does not know. ${knows} ${encode}`
    : `does not know "${unknown}". ${knows}`;
}

/** The host as a resolver wants it: international names in ASCII, IPv6 without brackets; null where it is none. */
export function hostOf(url: URL): string | null {
  const hostname = decoded(url.hostname);
  const host = hostname === null || hostname === '' ? '' : (URL.parse(`http://${hostname}/`)?.hostname ?? '');
  return /^(\[[0-9a-f:.]+\]|[a-z0-9_-]+(\.[a-z0-9_-]+)*\.?)$/.test(host)
    ? host.replace(/^\[|\]$/g, '')
    : null;
}

/** User name and password; null where there are none, `malformed` where a percent sign encodes nothing. */
export function credentialsOf(url: URL): ServerCredentials | 'malformed' | null {
  if (url.username === '' && url.password === '') return null;
  const user = decoded(url.username);
  const password = decoded(url.password);
  return user === null || password === null ? 'malformed' : { user, password };
}

function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}
