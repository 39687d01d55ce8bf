// An invitation: who invites whom to what, and accepting it.

import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { InvitationPreview } from '../../src/http/contract/people.ts';
import { accountQuery } from '../account/queries.ts';
import { ApiError, sentence } from '../app/api.ts';
import { BrokenLink } from '../session/broken-link.tsx';
import { Door } from '../session/door.tsx';
import { useLinkToken } from '../session/use-link-token.ts';
import { Button } from '../ui/button.tsx';
import { Notice } from '../ui/notice.tsx';
import { useNow } from '../ui/use-now.ts';
import { momentInside, ownTimeZone } from '../ui/words.ts';
import { Acceptance, type Accepting } from './acceptance.tsx';
import { invitationQuery } from './queries.ts';
import { guestOf, roleMeaning } from './words.ts';

const invitationPage = '/invitation';

export function InvitationPage() {
  const token = useLinkToken(invitationPage);
  const [isGone, setGone] = useState(false);
  const look = useQuery({ ...invitationQuery(token), enabled: token !== '' });
  // The account, not the membership: who was invited may be a member of nothing yet.
  const account = useQuery({ ...accountQuery, enabled: token !== '' });
  if (token === '' || isGone || isWorthless(look.error)) {
    return (
      <BrokenLink isCut={token === ''} advice="Accepted already? Sign in. Otherwise ask for a new one." />
    );
  }
  if (look.isError) {
    return (
      <Door heading="You are invited">
        <div className="stack">
          <Notice tone="bad">{sentence(look.error)}</Notice>
          <Button onClick={() => void look.refetch()}>Try again</Button>
        </div>
      </Door>
    );
  }
  if (look.isPending || account.isPending) {
    return (
      <Door heading="You are invited">
        <div className="skeleton door-skeleton" role="status" aria-label="Loading" />
      </Door>
    );
  }
  const guest = guestOf(look.data, account.data?.email ?? null);
  const accepting = { token, preview: look.data, onGone: () => setGone(true) } satisfies Accepting;
  return (
    <Door title="Invitation" heading={look.data.organization} lead={<Lead preview={look.data} />}>
      <Acceptance accepting={accepting} guest={guest} account={account.data ?? null} />
    </Door>
  );
}

function Lead({ preview }: { preview: InvitationPreview }) {
  const now = useNow(60_000);
  return (
    <>
      <p>
        <strong>{preview.invitedBy}</strong> invites you. {roleMeaning(preview.role)}
      </p>
      <p className="small door-note">
        For {preview.email}, until {momentInside(preview.expiresAt, ownTimeZone(), now)}.
      </p>
    </>
  );
}

/** Also a text that cannot be a token. */
function isWorthless(error: unknown): boolean {
  return (
    error instanceof ApiError && (error.code === 'invitation-invalid' || error.code === 'request-invalid')
  );
}
