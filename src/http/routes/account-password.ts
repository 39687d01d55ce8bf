// Changing one's password.

import { errorCode, VedetteError } from '../../core/errors.ts';
import { logSecurity } from '../../core/organization/security-log.ts';
import { secret } from '../../core/secret.ts';
import { countAccountAttempt, forgetAccount } from '../attempts.ts';
import { PasswordChange } from '../contract/account.ts';
import { paths } from '../contract/paths.ts';
import type { HttpDeps } from '../dependencies.ts';
import { isProven } from '../gate.ts';
import { letters, notify } from '../letters.ts';
import { voidLinks } from '../links.ts';
import { ownRoute, userFields } from '../own-account.ts';
import { bare, type Route } from '../route.ts';

/** A new password for who knows the old one. */
export function accountPasswordRoutes(deps: HttpDeps): readonly Route[] {
  const { accounts, cache, clock, log, sessions } = deps;
  return [
    ownRoute(
      {
        ...bare,
        body: PasswordChange,
        method: 'put',
        path: paths.accountPassword,
        hashesPassword: true,
        summary:
          'Changes the password and ends all other sessions. Asks for a proof where a second factor is set up.',
        tag: 'account',
        answer: { status: 204, description: 'Changed.' },
        errors: ['credentials-wrong', 'proof-required', 'too-many-requests'],
      },
      async ({ body: { current, next }, signedIn, exchange: { peerAddress } }) => {
        const { user, session } = signedIn;
        const account = await accounts.find(user.id);
        // The old password alone must not be enough where it is not enough to sign in.
        if (account?.hasSecondFactor === true && !isProven(signedIn, clock)) {
          throw new VedetteError('proof-required');
        }
        const attempt = { account: user.id, peerAddress };
        await countAccountAttempt(deps, 'password', attempt);
        const fields = { peerAddress, ...userFields(user) };
        try {
          await accounts.changePassword(user.id, secret(current), secret(next));
        } catch (error) {
          logSecurity(log, 'password-change-failed', { ...fields, code: errorCode(error) });
          throw error;
        }
        await forgetAccount(cache, 'password', attempt);
        await voidLinks(cache, user.id);
        await sessions.endAll(user.id, session.id);
        logSecurity(log, 'password-changed', fields);
        notify(deps, letters.changed(user.email, 'the password'));
        return null;
      },
    ),
  ];
}
