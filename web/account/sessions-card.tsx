// Where one is signed in: every device, and ending what one does not know.

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { DeviceSession } from '../../src/http/contract/account.ts';
import { sentence, wasCancelled } from '../app/api.ts';
import { keys } from '../app/query-keys.ts';
import { Button } from '../ui/button.tsx';
import { Notice } from '../ui/notice.tsx';
import { TitledSection } from '../ui/titled-section.tsx';
import { useNow } from '../ui/use-now.ts';
import { ago, momentInside, ownTimeZone } from '../ui/words.ts';
import { accountSessionsQuery, endOtherSessions, endSession } from './queries.ts';
import { Row } from './row.tsx';

export function SessionsCard() {
  const sessions = useQuery(accountSessionsQuery);
  const others = sessions.data?.filter(({ isThis }) => !isThis) ?? [];
  const ending = useEnding(endOtherSessions);
  const problem = sessions.error ?? ending.error;
  return (
    <TitledSection
      look="account-card"
      title="Signed in"
      lead="On these devices. Sign out what you do not know, and change your password."
      action={
        others.length > 0 && (
          <Button size="small" busy={ending.isPending} onClick={() => ending.mutate()}>
            Sign out all others
          </Button>
        )
      }
    >
      {problem !== null && !wasCancelled(problem) && (
        <div className="account-problem">
          <Notice tone="bad">{sentence(problem)}</Notice>
        </div>
      )}
      {sessions.isPending && <div className="skeleton account-rows-skeleton" />}
      <ul>
        {sessions.data?.map((session) => (
          <li key={session.id}>
            <SessionRow session={session} />
          </li>
        ))}
      </ul>
    </TitledSection>
  );
}

function SessionRow({ session }: { session: DeviceSession }) {
  const now = useNow(30_000);
  const ending = useEnding(() => endSession(session.id));
  const since = `Signed in ${momentInside(session.createdAt, ownTimeZone(), now)}`;
  return (
    <>
      <Row
        title={
          <>
            {session.device} {session.isThis && <span className="chip chip-accent">This device</span>}
          </>
        }
        detail={session.isThis ? since : `${since} · last seen ${ago(session.lastSeenAt, now)}`}
      >
        {!session.isThis && (
          <Button
            size="small"
            busy={ending.isPending}
            aria-label={`Sign out ${session.device}`}
            onClick={() => ending.mutate()}
          >
            Sign out
          </Button>
        )}
      </Row>
      {ending.isError && !wasCancelled(ending.error) && (
        <div className="account-problem">
          <Notice tone="bad">{sentence(ending.error)}</Notice>
        </div>
      )}
    </>
  );
}

function useEnding(end: () => Promise<void>) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: end,
    onSuccess: () => queryClient.invalidateQueries({ queryKey: keys.accountSessions }),
  });
}
