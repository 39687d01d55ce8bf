// My account: who I am, how I sign in, and where I am signed in.

import './account.css';
import { useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { sentence } from '../app/api.ts';
import { meQuery } from '../session/queries.ts';
import { Notice } from '../ui/notice.tsx';
import { KeysCard } from './keys-card.tsx';
import { PasskeysCard } from './passkeys-card.tsx';
import { ProfileCard } from './profile-card.tsx';
import { accountQuery } from './queries.ts';
import { SessionsCard } from './sessions-card.tsx';
import { SignInCard } from './sign-in-card.tsx';

export function AccountPage() {
  const { data: me } = useSuspenseQuery(meQuery);
  const account = useQuery(accountQuery);
  return (
    <div className="page page-narrow">
      <title>My account · Vedette</title>
      <header className="page-head">
        <h1>My account</h1>
      </header>
      {me.needsSecondFactor && (
        <Notice tone="busy">
          <strong>{me.organization.name} asks for a second factor.</strong> Set one up below, or sign in with
          a passkey. Until then only your account is open to you.
        </Notice>
      )}
      {account.isPending && <div className="skeleton account-skeleton" role="status" aria-label="Loading" />}
      {account.isError && <Notice tone="bad">{sentence(account.error)}</Notice>}
      {account.data !== undefined && (
        <>
          {account.data.isManaged && (
            <Notice tone="info">
              You sign in with your organization. Your name, your address and how you sign in are changed
              there.
            </Notice>
          )}
          <ProfileCard account={account.data} />
          {!account.data.isManaged && (
            <>
              <SignInCard account={account.data} />
              <PasskeysCard />
            </>
          )}
          <KeysCard />
          <SessionsCard />
        </>
      )}
    </div>
  );
}
