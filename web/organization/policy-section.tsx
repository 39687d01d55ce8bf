// The rule that everybody needs a second factor.

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { Organization } from '../../src/http/contract/organization.ts';
import type { Me } from '../../src/http/contract/session.ts';
import { ApiError } from '../app/api.ts';
import { keys } from '../app/query-keys.ts';
import { peopleQuery } from '../people/queries.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Notice } from '../ui/notice.tsx';
import { Problem } from '../ui/problem.tsx';
import { SwitchRow } from '../ui/switch-row.tsx';
import { TitledSection } from '../ui/titled-section.tsx';
import { showToast } from '../ui/toast.tsx';
import { changeOrganization } from './queries.ts';

export function PolicySection({ organization, me }: { organization: Organization; me: Me }) {
  const [asking, setAsking] = useState(false);
  const change = usePolicyChange(() => setAsking(false));
  const required = organization.policy.requireSecondFactor;
  return (
    <TitledSection look="section" title="Signing in">
      <SwitchRow
        label="Everybody needs a second factor"
        hint={
          <>
            Whoever signs in with a password alone reaches nothing but their own account, until they add an
            authenticator app or sign in with a passkey. A provider of yours counts as one.
          </>
        }
        checked={required}
        disabled={change.isPending}
        onChange={(next) => (next ? setAsking(true) : change.mutate(false))}
      />
      {!asking && <Problem error={change.error} />}
      {asking && <Question me={me} change={change} onClose={() => setAsking(false)} />}
    </TitledSection>
  );
}

function usePolicyChange(onDone: () => void) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (requireSecondFactor: boolean) => changeOrganization({ policy: { requireSecondFactor } }),
    // Who would be locked out first is sent to the account, away from this page: the sentence goes with them.
    onError: (error) => {
      if (error instanceof ApiError && error.code === 'second-factor-required') {
        showToast('bad', <span className="toast-words">{error.message}</span>);
      }
    },
    onSuccess: async () => {
      onDone();
      await Promise.all([
        queryClient.invalidateQueries({ queryKey: keys.organization }),
        queryClient.invalidateQueries({ queryKey: keys.me }),
      ]);
    },
  });
}

interface QuestionProps {
  readonly me: Me;
  readonly change: ReturnType<typeof usePolicyChange>;
  readonly onClose: () => void;
}

/** It shuts people out at once: said before, not afterwards. */
function Question({ me, change, onClose }: QuestionProps) {
  const { data: people } = useQuery(peopleQuery);
  const without = (people ?? []).filter(({ hasSecondFactor }) => !hasSecondFactor);
  const self = without.some(({ id }) => id === me.memberId);
  return (
    <Dialog title="Ask everybody for a second factor?" onClose={onClose}>
      <p>
        {people === undefined || without.length === 0
          ? 'From now on a password alone is not enough to see cameras and incidents.'
          : `${without.length} of ${people.length} have no authenticator app. If they signed in with a password alone, they see nothing but their account from now on, until they add one there.`}
      </p>
      {self && (
        <Notice tone="busy">
          You have none yourself. Unless you signed in with a passkey or at a provider, add one in{' '}
          <Link to="/account">your account</Link> first.
        </Notice>
      )}
      <Problem error={change.error} />
      <div className="dialog-actions">
        <Button onClick={onClose}>Cancel</Button>
        <Button look="primary" busy={change.isPending} onClick={() => change.mutate(true)}>
          Ask everybody
        </Button>
      </div>
    </Dialog>
  );
}
