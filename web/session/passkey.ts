// Passkeys in the browser: its JSON forms in, its JSON forms out (WebAuthn Level 3 §5.1.8–§5.1.10).

import { z } from 'zod';
import { ApiError } from '../app/api.ts';
import { passkeyHindrance, passkeyProblem } from './passkey-words.ts';

type Json = Record<string, unknown>;

/** Only what the browser's types insist on; the browser itself checks the rest. */
const requestOptions = z.looseObject({ challenge: z.string() });
const creationOptions = z.looseObject({
  challenge: z.string(),
  rp: z.looseObject({ name: z.string() }),
  user: z.looseObject({ id: z.string(), name: z.string(), displayName: z.string() }),
  pubKeyCredParams: z.array(z.looseObject({ alg: z.number(), type: z.literal('public-key') })),
});

/** Why passkeys cannot work on this page, in a sentence; null where they can. */
export function hindranceHere(): string | null {
  const hasWebAuthn = typeof PublicKeyCredential === 'function';
  return passkeyHindrance({
    isSecureContext: window.isSecureContext,
    hostname: window.location.hostname,
    hasWebAuthn,
    hasJsonForms: hasWebAuthn && 'parseRequestOptionsFromJSON' in PublicKeyCredential,
  });
}

/** The browser asks for one of its passkeys. Errors: `ApiError` with `cancelled` or `passkey-refused`. */
export function askPasskey(options: Json): Promise<Json> {
  return ceremony(() => {
    const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(requestOptions.parse(options));
    return navigator.credentials.get({ publicKey });
  });
}

/** The browser makes a passkey. Errors: as above. */
export function makePasskey(options: Json): Promise<Json> {
  return ceremony(() => {
    const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(creationOptions.parse(options));
    return navigator.credentials.create({ publicKey });
  });
}

async function ceremony(hold: () => Promise<Credential | null>): Promise<Json> {
  const hindrance = hindranceHere();
  if (hindrance !== null) throw refused(hindrance);
  try {
    const credential = await hold();
    if (!(credential instanceof PublicKeyCredential)) throw new DOMException('none', 'NotAllowedError');
    return z.record(z.string(), z.unknown()).parse(credential.toJSON());
  } catch (error) {
    const problem = passkeyProblem(error instanceof Error ? error.name : '');
    if (problem !== null) throw refused(problem);
    throw new ApiError({ code: 'cancelled', status: 0, detail: 'No passkey was used.' });
  }
}

function refused(detail: string): ApiError {
  return new ApiError({ code: 'passkey-refused', status: 0, detail });
}
