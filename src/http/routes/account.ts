// My account: what is known of me, and changing it.

import { VedetteError } from '../../core/errors.ts';
import { callerOf } from '../../core/organization/callers.ts';
import type { Member } from '../../core/organization/organization.ts';
import { changeProfile } from '../../core/organization/profile.ts';
import { logSecurity } from '../../core/organization/security-log.ts';
import { Account, AccountChange } from '../contract/account.ts';
import { paths } from '../contract/paths.ts';
import type { HttpDeps } from '../dependencies.ts';
import { requireOwn, userFields } from '../own-account.ts';
import { bare, type Route, type SignedIn, selfRoute } from '../route.ts';

const tag = 'account';

/** What is known of oneself. */
export function accountRoutes(deps: HttpDeps): readonly Route[] {
  return [
    selfRoute(
      {
        ...bare,
        method: 'get',
        path: paths.account,
        summary: 'The account of who is signed in.',
        tag,
        answer: { status: 200, description: 'The account.', schema: Account },
      },
      async ({ signedIn }) => ({ json: await accountOf(deps, signedIn, await memberOf(deps, signedIn)) }),
    ),
    selfRoute(
      {
        ...bare,
        body: AccountChange,
        method: 'patch',
        path: paths.account,
        summary: 'Changes name and phone. What is left out stays.',
        tag,
        answer: { status: 200, description: 'The account as it is now.', schema: Account },
      },
      async ({ body, signedIn, exchange: { peerAddress } }) => {
        if (body.name !== undefined) requireOwn(signedIn.session);
        const { user } = signedIn;
        const changed = await change(deps, signedIn, body);
        const fields = Object.keys(body).toSorted().join();
        logSecurity(deps.log, 'account-changed', { peerAddress, ...userFields(user), fields });
        return { json: await accountOf(deps, signedIn, changed) };
      },
    ),
  ];
}

/** The membership that the session is about; null where there is none. */
async function memberOf(deps: HttpDeps, { user, session }: SignedIn): Promise<Member | null> {
  return (await callerOf(deps, user, session))?.member ?? null;
}

async function change(
  deps: HttpDeps,
  signedIn: SignedIn,
  { name, phone }: AccountChange,
): Promise<Member | null> {
  const { accounts, records } = deps;
  const { user, session } = signedIn;
  const member = await memberOf(deps, signedIn);
  if (session.providerId === null) {
    if (name !== undefined) await accounts.change(user.id, { name });
    const members = await changeProfile(deps, user.id, { name, phone });
    return members.find(({ id }) => id === member?.id) ?? null;
  }
  // Whom a provider vouches for is known in its organization; what other organizations know stays as it is.
  if (member === null) return null;
  const wanted = {
    ...(phone === undefined ? {} : { phone }),
  };
  await records.members.update(member.id, wanted);
  return { ...member, ...wanted };
}

async function accountOf(
  { accounts, mailer }: HttpDeps,
  { user, session }: SignedIn,
  member: Member | null,
): Promise<Account> {
  const account = await accounts.find(user.id);
  if (account === null) throw new VedetteError('not-signed-in');
  return {
    name: account.name,
    email: account.email,
    phone: member?.phone ?? null,
    isManaged: session.providerId !== null,
    hasPassword: account.hasPassword,
    hasSecondFactor: account.hasSecondFactor,
    confirmsEmail: mailer !== null,
  };
}
