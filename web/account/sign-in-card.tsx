// How one signs in: the password and the second factor.

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Account, SecondFactorBegun } from '../../src/http/contract/account.ts';
import { sentence, wasCancelled } from '../app/api.ts';
import { keys } from '../app/query-keys.ts';
import { Button } from '../ui/button.tsx';
import { Notice } from '../ui/notice.tsx';
import { TitledSection } from '../ui/titled-section.tsx';
import { PasswordChangeDialog } from './password-change.tsx';
import { beginSecondFactor, renewRecoveryCodes } from './queries.ts';
import { RecoveryCodesDialog } from './recovery-codes.tsx';
import { Row } from './row.tsx';
import { SecondFactorRemoval } from './second-factor-removal.tsx';
import { SecondFactorSetup } from './second-factor-setup.tsx';

export function SignInCard({ account }: { account: Account }) {
  const [changesPassword, setChangesPassword] = useState(false);
  return (
    <TitledSection look="account-card" title="Signing in">
      <Row
        title="Password"
        detail={
          account.hasPassword
            ? 'Opens your account together with your e-mail address.'
            : 'None. “Forgotten your password?” at the sign-in sets one.'
        }
      >
        {account.hasPassword && (
          <Button size="small" aria-label="Change your password" onClick={() => setChangesPassword(true)}>
            Change…
          </Button>
        )}
      </Row>
      <SecondFactorRow account={account} />
      {changesPassword && (
        <PasswordChangeDialog account={account} onClose={() => setChangesPassword(false)} />
      )}
    </TitledSection>
  );
}

type Shown =
  | { readonly kind: 'setup'; readonly begun: SecondFactorBegun }
  | { readonly kind: 'codes'; readonly codes: readonly string[] }
  | { readonly kind: 'removal' };

function SecondFactorRow({ account }: { account: Account }) {
  const queryClient = useQueryClient();
  const [shown, setShown] = useState<Shown | null>(null);
  const begin = useMutation({
    mutationFn: beginSecondFactor,
    onSuccess: (begun) => setShown({ kind: 'setup', begun }),
  });
  const renew = useMutation({
    mutationFn: renewRecoveryCodes,
    onSuccess: (codes) => setShown({ kind: 'codes', codes }),
  });
  async function close() {
    setShown(null);
    // Only now: what the session may reach changes what is drawn around this page.
    await Promise.all([
      queryClient.invalidateQueries({ queryKey: keys.account }),
      queryClient.invalidateQueries({ queryKey: keys.accountSessions }),
      queryClient.invalidateQueries({ queryKey: keys.me }),
    ]);
  }
  const problem = begin.error ?? renew.error;
  return (
    <>
      <Row
        title={
          <>
            Second factor{' '}
            <span className={account.hasSecondFactor ? 'chip chip-good' : 'chip'}>
              {account.hasSecondFactor ? 'On' : 'Off'}
            </span>
          </>
        }
        detail={
          account.hasSecondFactor
            ? 'A code from an app on your phone is asked for after your password.'
            : 'A code from an app on your phone keeps out who has only your password.'
        }
      >
        {account.hasSecondFactor ? (
          <>
            <Button size="small" busy={renew.isPending} onClick={() => renew.mutate()}>
              New recovery codes
            </Button>
            <Button
              size="small"
              aria-label="Switch the second factor off"
              onClick={() => setShown({ kind: 'removal' })}
            >
              Switch off…
            </Button>
          </>
        ) : (
          <Button
            size="small"
            look="primary"
            busy={begin.isPending}
            disabled={!account.hasPassword}
            aria-label="Set up a second factor"
            onClick={() => begin.mutate()}
          >
            Set up
          </Button>
        )}
      </Row>
      {problem !== null && !wasCancelled(problem) && (
        <div className="account-problem">
          <Notice tone="bad">{sentence(problem)}</Notice>
        </div>
      )}
      {shown?.kind === 'setup' && <SecondFactorSetup begun={shown.begun} onClose={() => void close()} />}
      {shown?.kind === 'codes' && <RecoveryCodesDialog codes={shown.codes} onClose={() => void close()} />}
      {shown?.kind === 'removal' && <SecondFactorRemoval onClose={() => void close()} />}
    </>
  );
}
