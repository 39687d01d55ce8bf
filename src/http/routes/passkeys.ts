// The passkeys of one's account.

import { z } from 'zod';
import { logSecurity } from '../../core/organization/security-log.ts';
import { CeremonyOptions, Passkey, PasskeyInput } from '../contract/account.ts';
import { paths } from '../contract/paths.ts';
import type { HttpDeps } from '../dependencies.ts';
import { letters, notify } from '../letters.ts';
import { ownRoute, userFields } from '../own-account.ts';
import { bare, type Route } from '../route.ts';

const tag = 'account';
const params = z.object({ passkeyId: z.string().min(1).max(100) });

/** Listing, adding and removing passkeys. */
export function passkeyRoutes(deps: HttpDeps): readonly Route[] {
  return [...listRoutes(deps), ...registrationRoutes(deps)];
}

function listRoutes(deps: HttpDeps): readonly Route[] {
  const { log, passkeys } = deps;
  return [
    ownRoute(
      {
        ...bare,
        method: 'get',
        path: paths.passkeys,
        summary: 'All passkeys, oldest first.',
        tag,
        answer: { status: 200, description: 'The passkeys.', schema: z.array(Passkey) },
      },
      async ({ signedIn: { user } }) => ({ json: await passkeys.list(user.id) }),
    ),
    ownRoute(
      {
        ...bare,
        params,
        asksProof: true,
        method: 'delete',
        path: paths.passkey('{passkeyId}'),
        summary: 'Removes a passkey.',
        tag,
        answer: { status: 204, description: 'It opens nothing any more.' },
        errors: ['proof-required'],
      },
      async ({ params: { passkeyId }, signedIn: { user }, exchange: { peerAddress } }) => {
        await passkeys.remove(user.id, passkeyId);
        logSecurity(log, 'passkey-removed', { peerAddress, ...userFields(user), passkeyId });
        notify(deps, letters.changed(user.email, 'a passkey was removed'));
        return null;
      },
    ),
  ];
}

function registrationRoutes(deps: HttpDeps): readonly Route[] {
  const { log, passkeys } = deps;
  return [
    ownRoute(
      {
        ...bare,
        asksProof: true,
        method: 'post',
        path: paths.passkeyOptions,
        summary: 'What a device is asked to make a passkey.',
        tag,
        answer: { status: 200, description: 'For the browser (WebAuthn).', schema: CeremonyOptions },
        errors: ['proof-required', 'passkey-refused', 'conflict'],
      },
      async ({ exchange: { request } }) => {
        const { options, headers } = await passkeys.registration(request.headers);
        return { json: { options }, headers };
      },
    ),
    ownRoute(
      {
        ...bare,
        body: PasskeyInput,
        asksProof: true,
        method: 'post',
        path: paths.passkeys,
        summary: 'Adds a passkey with what the device answered.',
        tag,
        answer: { status: 201, description: 'The passkey.', schema: Passkey },
        errors: ['proof-required', 'passkey-refused', 'conflict'],
      },
      async ({ body, signedIn: { user }, exchange: { request, peerAddress } }) => {
        const passkey = await passkeys.register(body, request.headers);
        logSecurity(log, 'passkey-added', { peerAddress, ...userFields(user), passkeyId: passkey.id });
        notify(deps, letters.changed(user.email, `the passkey “${passkey.name}” was added`));
        return { json: passkey };
      },
    ),
  ];
}
