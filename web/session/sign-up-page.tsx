// Signing up: an account with an organization of its own, where the server allows it.

import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { SignUpInput } from '../../src/http/contract/session.ts';
import { Button, buttonClass } from '../ui/button.tsx';
import { SelectField, TextField } from '../ui/field.tsx';
import { Notice } from '../ui/notice.tsx';
import { TimeZoneOptions } from '../ui/time-zones.tsx';
import { useForm } from '../ui/use-form.ts';
import { ownTimeZone } from '../ui/words.ts';
import { Door } from './door.tsx';
import { PasswordField } from './password-field.tsx';
import { signUp, welcomeQuery } from './queries.ts';
import { useEnter } from './use-enter.ts';

export function SignUpPage() {
  const welcome = useQuery(welcomeQuery);
  const [mailedTo, setMailedTo] = useState<string | null>(null);
  if (mailedTo !== null) {
    return (
      <Door
        heading="Look into your mailbox"
        lead={
          <>
            A letter is on its way to <strong>{mailedTo}</strong>. With its link you choose a password.
          </>
        }
      />
    );
  }
  if (welcome.data?.signUpOpen === false) {
    return (
      <Door
        heading="By invitation only"
        lead="Accounts are made by invitation here. Ask who runs this Vedette."
      >
        <div className="stack">
          <Link to="/sign-in" search={{}} className={buttonClass('primary')}>
            Sign in
          </Link>
        </div>
      </Door>
    );
  }
  if (welcome.isPending) {
    return (
      <Door heading="Make an account">
        <div className="skeleton door-skeleton" role="status" aria-label="Loading" />
      </Door>
    );
  }
  return <SignUpForm asksPassword={welcome.data?.sendsMail !== true} onMailed={setMailedTo} />;
}

const emptyDraft = { name: '', email: '', password: '', organizationName: '', siteName: '' };

interface SignUpFormProps {
  /** Where there is a mail server, the password is chosen with the link of its letter. */
  readonly asksPassword: boolean;
  readonly onMailed: (email: string) => void;
}

function SignUpForm({ asksPassword, onMailed }: SignUpFormProps) {
  const enter = useEnter();
  const [draft, setDraft] = useState(() => ({ ...emptyDraft, timeZone: ownTimeZone() }));
  const set = (change: Partial<typeof draft>) => setDraft({ ...draft, ...change });
  const { password, ...rest } = { ...draft, email: draft.email.trim() };
  const form = useForm(SignUpInput, asksPassword ? { ...rest, password } : rest, async (input) => {
    const { next } = await signUp(input);
    if (next === 'confirm') onMailed(input.email);
    else await enter();
  });
  const { fields } = form;
  return (
    <Door
      title="Sign up"
      heading="Make an account"
      lead="For your household or company, with you as its admin."
    >
      <form ref={form.ref} className="stack" noValidate onSubmit={form.onSubmit}>
        <TextField
          label="Your name"
          value={draft.name}
          onChange={(event) => set({ name: event.target.value })}
          autoComplete="name"
          autoFocus
          error={fields.name}
        />
        <TextField
          label="E-mail"
          type="email"
          inputMode="email"
          value={draft.email}
          onChange={(event) => set({ email: event.target.value })}
          autoComplete="username"
          error={fields.email}
        />
        {asksPassword && (
          <PasswordField
            label="Password"
            value={draft.password}
            onValue={(password) => set({ password })}
            own={[draft.name, draft.email]}
            error={fields.password}
          />
        )}
        <TextField
          label="Name of the household or company"
          value={draft.organizationName}
          onChange={(event) => set({ organizationName: event.target.value })}
          autoComplete="organization"
          error={fields.organizationName}
        />
        <TextField
          label="First site"
          value={draft.siteName}
          onChange={(event) => set({ siteName: event.target.value })}
          placeholder="Home"
          error={fields.siteName}
        />
        <SelectField
          label="Time zone of the site"
          value={draft.timeZone}
          onChange={(event) => set({ timeZone: event.target.value })}
          error={fields.timeZone}
        >
          <TimeZoneOptions first={draft.timeZone} />
        </SelectField>
        {form.problem !== null && <Notice tone="bad">{form.problem}</Notice>}
        <Button look="primary" type="submit" busy={form.busy}>
          Make the account
        </Button>
      </form>
      <p className="door-foot">
        <Link to="/sign-in" search={{}}>
          You have one? Sign in
        </Link>
      </p>
    </Door>
  );
}
