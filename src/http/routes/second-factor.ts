// Setting up and removing a second factor.

import { VedetteError } from '../../core/errors.ts';
import { logSecurity } from '../../core/organization/security-log.ts';
import { CodeInput, RecoveryCodes, SecondFactorBegun } from '../contract/account.ts';
import { paths } from '../contract/paths.ts';
import type { HttpDeps } from '../dependencies.ts';
import { letters, notify } from '../letters.ts';
import { ownRoute, userFields } from '../own-account.ts';
import { bare, type Route } from '../route.ts';

const tag = 'account';

/** A code app and its recovery codes. */
export function secondFactorRoutes(deps: HttpDeps): readonly Route[] {
  return [...setUpRoutes(deps), ...changeRoutes(deps)];
}

function setUpRoutes(deps: HttpDeps): readonly Route[] {
  const { log, secondFactor } = deps;
  return [
    ownRoute(
      {
        ...bare,
        asksProof: true,
        method: 'post',
        path: paths.secondFactor,
        summary:
          'Begins to set up a code app: what it scans, and the recovery codes, shown once. Counts after the first code.',
        tag,
        answer: { status: 200, description: 'What the app scans.', schema: SecondFactorBegun },
        errors: ['proof-required', 'conflict'],
      },
      async ({ exchange: { request } }) => {
        const { uri, recoveryCodes } = await secondFactor.begin(request.headers);
        const text = uri.reveal();
        return {
          json: {
            uri: text,
            secret: new URL(text).searchParams.get('secret') ?? '',
            recoveryCodes: recoveryCodes.map((code) => code.reveal()),
          },
        };
      },
    ),
    ownRoute(
      {
        ...bare,
        body: CodeInput,
        method: 'post',
        path: paths.secondFactorConfirm,
        summary: 'Confirms the code app with its first code. The session has a new cookie from here on.',
        tag,
        answer: { status: 204, description: 'From now on signing in asks for a code.' },
        errors: ['code-wrong', 'conflict', 'too-many-requests'],
      },
      async ({ body: { code }, signedIn: { user }, exchange: { request, peerAddress } }) => {
        const headers = await secondFactor.confirm(code, request.headers);
        logSecurity(log, 'second-factor-set-up', { peerAddress, ...userFields(user) });
        notify(deps, letters.changed(user.email, 'a second factor was set up'));
        return new Response(null, { status: 204, headers });
      },
    ),
  ];
}

function changeRoutes(deps: HttpDeps): readonly Route[] {
  const { accounts, log, secondFactor } = deps;
  return [
    ownRoute(
      {
        ...bare,
        asksProof: true,
        method: 'delete',
        path: paths.secondFactor,
        summary: 'Removes the second factor.',
        tag,
        answer: { status: 204, description: 'Signing in asks for the password alone.' },
        errors: ['proof-required', 'conflict'],
      },
      async ({ signedIn: { user }, exchange: { peerAddress } }) => {
        if ((await accounts.find(user.id))?.hasSecondFactor !== true) {
          throw new VedetteError('conflict', 'There is no second factor to remove.');
        }
        await secondFactor.remove(user.id);
        logSecurity(log, 'second-factor-removed', { peerAddress, ...userFields(user) });
        notify(deps, letters.changed(user.email, 'the second factor was removed'));
        return null;
      },
    ),
    ownRoute(
      {
        ...bare,
        asksProof: true,
        method: 'post',
        path: paths.recoveryCodes,
        summary: 'Makes new recovery codes, shown once; the old ones are void.',
        tag,
        answer: { status: 200, description: 'The codes.', schema: RecoveryCodes },
        errors: ['proof-required', 'conflict'],
      },
      async ({ signedIn: { user }, exchange: { request, peerAddress } }) => {
        const codes = await secondFactor.renewRecoveryCodes(request.headers);
        logSecurity(log, 'recovery-codes-renewed', { peerAddress, ...userFields(user) });
        notify(deps, letters.changed(user.email, 'new recovery codes'));
        return { json: { recoveryCodes: codes.map((code) => code.reveal()) } };
      },
    ),
  ];
}
