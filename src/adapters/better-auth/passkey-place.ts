// Where passkeys work, and words for where they do not.

import { VedetteError } from '../../core/errors.ts';

/** Where passkeys work: they are bound to one host, by its name. */
export interface PasskeyPlace {
  readonly rpId: string;
  readonly origin: string;
}

const isAddress = (host: string) => host.startsWith('[') || /^\d{1,3}(\.\d{1,3}){3}$/.test(host);

/**
 * Refuses early, in words, where every browser would refuse in riddles: at an IP address (WebAuthn Level 3 §5.1.3
 * asks for a domain) and at another host than the one that passkeys are bound to. Errors: `passkey-refused`.
 */
export function requirePlace({ rpId, origin }: PasskeyPlace, headers: Headers): void {
  if (isAddress(rpId)) {
    throw new VedetteError(
      'passkey-refused',
      'Passkeys need a host name and this installation is known by an IP address. Set VEDETTE_PUBLIC_URL to one with a name.',
    );
  }
  const visited = visitedHost(headers);
  if (visited === null || visited === rpId) return;
  const reason = isAddress(visited)
    ? 'Passkeys do not work at an IP address.'
    : 'Passkeys work at one host only.';
  throw new VedetteError('passkey-refused', `${reason} Open ${origin} and try again.`);
}

function visitedHost(headers: Headers): string | null {
  const origin = headers.get('origin');
  const host = headers.get('host');
  const url = origin ?? (host === null ? null : `http://${host}`);
  return url !== null && URL.canParse(url) ? new URL(url).hostname : null;
}
