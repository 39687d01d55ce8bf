// Whether a browser's answer is by the passkey that it says (WebAuthn Level 3 §7), by @simplewebauthn/server.

import {
  type VerifiedAuthenticationResponse,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from '@simplewebauthn/server';
import { z } from 'zod';
import { VedetteError } from '../../core/errors.ts';
import type { BetterAuth } from './configuration.ts';
import { parseAuthentication, parseRegistration } from './passkey-answers.ts';
import type { PasskeyPlace } from './passkey-place.ts';

/** The table, as better-auth's adapter knows it. */
export const model = 'passkey';

/** A passkey as it is stored. */
export const passkeyRow = z.object({
  id: z.string(),
  userId: z.string(),
  name: z.string(),
  credentialId: z.string(),
  publicKey: z.string(),
  counter: z.number(),
  createdAt: z.date(),
});
export type PasskeyRow = z.infer<typeof passkeyRow>;

/** The credential that a registration made. Errors: `passkey-refused`. */
export async function verifiedCredential(answer: unknown, challenge: string, { origin, rpId }: PasskeyPlace) {
  const { verified, registrationInfo } = await orRefused(
    verifyRegistrationResponse({
      response: parseRegistration(answer),
      expectedChallenge: challenge,
      expectedOrigin: origin,
      expectedRPID: rpId,
      requireUserVerification: true,
    }),
  );
  if (!verified || registrationInfo === undefined) throw new VedetteError('passkey-refused');
  return registrationInfo.credential;
}

/** The passkey that gave this answer. Its counter moves on, for one of several answers at once. Errors: `passkey-refused`. */
export async function verifiedPasskey(
  { adapter, place, challenge }: { adapter: BetterAuth['adapter']; place: PasskeyPlace; challenge: string },
  given: unknown,
): Promise<PasskeyRow> {
  const { answer, owner } = parseAuthentication(given);
  const where = [{ field: 'credentialId', value: answer.id }];
  const found = await adapter.findOne<unknown>({ model, where });
  if (found === null) throw new VedetteError('passkey-refused', 'This passkey is not known here.');
  const passkey = passkeyRow.parse(found);
  if (owner !== null && owner !== passkey.userId) throw new VedetteError('passkey-refused');
  const { verified, authenticationInfo }: VerifiedAuthenticationResponse = await orRefused(
    verifyAuthenticationResponse({
      response: answer,
      expectedChallenge: challenge,
      expectedOrigin: place.origin,
      expectedRPID: place.rpId,
      credential: {
        id: passkey.credentialId,
        publicKey: Uint8Array.fromBase64(passkey.publicKey),
        counter: passkey.counter,
      },
      requireUserVerification: true,
    }),
  );
  if (!verified) throw new VedetteError('passkey-refused');
  const counted = await adapter.incrementOne({
    model,
    where: [...where, { field: 'counter', value: passkey.counter }],
    increment: {},
    set: { counter: authenticationInfo.newCounter },
  });
  if (counted === null) throw new VedetteError('passkey-refused');
  return passkey;
}

/** Whatever the library dislikes is a refusal; why is for the log. */
export async function orRefused<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (cause) {
    throw cause instanceof VedetteError ? cause : new VedetteError('passkey-refused', undefined, { cause });
  }
}
