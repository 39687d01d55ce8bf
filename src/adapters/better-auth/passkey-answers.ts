// What browsers answer in a passkey's ceremony (WebAuthn Level 3 §5.1, JSON forms), read with care.

import { z } from 'zod';
import { VedetteError } from '../../core/errors.ts';

/** base64url; an attestation without certificates is a few hundred bytes. */
const bytes = z.base64url().min(1).max(16_384);
const credentialId = z.base64url().min(1).max(1_400);

const registrationAnswer = z.object({
  id: credentialId,
  rawId: credentialId,
  type: z.literal('public-key'),
  response: z.object({ clientDataJSON: bytes, attestationObject: bytes }),
});
const authenticationAnswer = z.object({
  id: credentialId,
  rawId: credentialId,
  type: z.literal('public-key'),
  response: z.object({
    clientDataJSON: bytes,
    authenticatorData: bytes,
    signature: bytes,
    userHandle: z.base64url().max(200).nullish(),
  }),
});

/** Errors: `passkey-refused`. */
export function parseRegistration(answer: unknown) {
  return { ...parsed(registrationAnswer, answer), clientExtensionResults: {} };
}

/** Errors: `passkey-refused`. */
export function parseAuthentication(answer: unknown) {
  const { response, ...rest } = parsed(authenticationAnswer, answer);
  const { userHandle, ...signed } = response;
  const owner = userHandle == null ? null : Buffer.from(userHandle, 'base64url').toString();
  return { answer: { ...rest, response: signed, clientExtensionResults: {} }, owner };
}

function parsed<T>(form: z.ZodType<T>, answer: unknown): T {
  const { success, data, error } = form.safeParse(answer);
  if (success) return data;
  throw new VedetteError('passkey-refused', 'The browser’s answer is not one of a passkey.', {
    cause: error,
  });
}
