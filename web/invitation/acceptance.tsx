// Accepting an invitation: with a new account, or with the one that there is.

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import type { Account } from '../../src/http/contract/account.ts';
import { InvitationAcceptance, type InvitationPreview } from '../../src/http/contract/people.ts';
import { ApiError, sentence } from '../app/api.ts';
import { keys } from '../app/query-keys.ts';
import { forgetLinkToken } from '../session/link-token.ts';
import { PasswordField } from '../session/password-field.tsx';
import { findProvider, signOut } from '../session/queries.ts';
import { useEnter } from '../session/use-enter.ts';
import { Button } from '../ui/button.tsx';
import { TextField } from '../ui/field.tsx';
import { below } from '../ui/nested.ts';
import { Notice } from '../ui/notice.tsx';
import { useForm } from '../ui/use-form.ts';
import { acceptInvitation } from './queries.ts';
import type { Guest } from './words.ts';

const page = '/invitation';

export interface Accepting {
  readonly token: string;
  readonly preview: InvitationPreview;
  /** Somebody was quicker, or it ended while one was reading. */
  readonly onGone: () => void;
}

interface AcceptanceProps {
  readonly accepting: Accepting;
  readonly guest: Guest;
  /** Who is signed in. */
  readonly account: Account | null;
}

export function Acceptance({ accepting, guest, account }: AcceptanceProps) {
  const { provider } = accepting.preview;
  // A session of the provider accepts nothing; signing in there once more does.
  const isManaged = guest === 'accept' && account?.isManaged === true;
  if (provider !== null && isManaged) return <AtProvider preview={accepting.preview} name={provider} />;
  if (guest === 'accept') return <AsMyself accepting={accepting} name={account?.name ?? ''} />;
  if (guest === 'somebody-else' && account !== null)
    return <NotThem preview={accepting.preview} other={account} />;
  return (
    <>
      {provider === null ? (
        <NewAccount accepting={accepting} />
      ) : (
        <AtProvider preview={accepting.preview} name={provider} />
      )}
      <p className="or">or</p>
      <ToSignIn />
    </>
  );
}

/** Accepts, and goes in. */
function useAcceptance({ token, onGone }: Accepting) {
  const enter = useEnter();
  return async (account: InvitationAcceptance['account']) => {
    try {
      await acceptInvitation({ token, account });
    } catch (error) {
      if (!(error instanceof ApiError) || error.code !== 'invitation-invalid') throw error;
      forgetLinkToken(page);
      return onGone();
    }
    forgetLinkToken(page);
    await enter();
  };
}

function NewAccount({ accepting }: { accepting: Accepting }) {
  const { token, preview } = accepting;
  const accept = useAcceptance(accepting);
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const form = useForm(InvitationAcceptance, { token, account: { name, password } }, ({ account }) =>
    accept(account),
  );
  const fields = below(form.fields, 'account');
  return (
    <form ref={form.ref} className="stack" noValidate onSubmit={form.onSubmit}>
      <p className="field-label">I am new</p>
      {form.problem !== null && <Notice tone="bad">{form.problem}</Notice>}
      <TextField
        label="Your name"
        value={name}
        onChange={(event) => setName(event.target.value)}
        autoComplete="name"
        autoFocus
        error={fields.name}
      />
      {/* Password managers keep it together with the password. */}
      <TextField label="E-mail" type="email" value={preview.email} autoComplete="username" readOnly />
      <PasswordField
        label="Choose a password"
        value={password}
        onValue={setPassword}
        own={[name, preview.email]}
        error={fields.password}
      />
      <Button look="primary" type="submit" busy={form.busy}>
        Accept and sign in
      </Button>
    </form>
  );
}

/** Where the organization signs its people in: coming back from there accepts the invitation. */
function AtProvider({ preview, name }: { preview: InvitationPreview; name: string }) {
  const leaving = useMutation({
    mutationFn: async () => {
      const { url } = await findProvider(preview.email, '/');
      window.location.assign(url);
    },
  });
  return (
    <div className="stack">
      {leaving.isError && <Notice tone="bad">{sentence(leaving.error)}</Notice>}
      <Button
        look="primary"
        type="submit"
        autoFocus
        busy={leaving.isPending || leaving.isSuccess}
        onClick={() => leaving.mutate()}
      >
        Sign in with {name}
      </Button>
    </div>
  );
}

function AsMyself({ accepting, name }: { accepting: Accepting; name: string }) {
  const accept = useAcceptance(accepting);
  const accepted = useMutation({ mutationFn: () => accept(null) });
  return (
    <div className="stack">
      {accepted.isError && <Notice tone="bad">{sentence(accepted.error)}</Notice>}
      <Button
        look="primary"
        type="submit"
        autoFocus
        busy={accepted.isPending}
        onClick={() => accepted.mutate()}
      >
        Accept as {name}
      </Button>
    </div>
  );
}

function ToSignIn() {
  const navigate = useNavigate();
  return (
    <div className="stack">
      <Button onClick={() => void navigate({ to: '/sign-in', search: { next: page } })}>
        I have an account
      </Button>
    </div>
  );
}

function NotThem({ preview, other }: { preview: InvitationPreview; other: Account }) {
  const queryClient = useQueryClient();
  const leaving = useMutation({
    mutationFn: async () => {
      await signOut();
      queryClient.removeQueries({ queryKey: keys.me });
      await queryClient.resetQueries({ queryKey: keys.account });
    },
  });
  return (
    <div className="stack">
      <Notice tone="info">
        You are signed in as {other.email}. This invitation is for {preview.email}.
      </Notice>
      {leaving.isError && <Notice tone="bad">{sentence(leaving.error)}</Notice>}
      <Button
        look="primary"
        type="submit"
        autoFocus
        busy={leaving.isPending}
        onClick={() => leaving.mutate()}
      >
        Sign out and go on
      </Button>
    </div>
  );
}
