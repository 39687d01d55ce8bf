// A forgotten password: a letter with a link, where the server can send one.

import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { PasswordForgotten } from '../../src/http/contract/session.ts';
import { Button } from '../ui/button.tsx';
import { TextField } from '../ui/field.tsx';
import { Notice } from '../ui/notice.tsx';
import { useForm } from '../ui/use-form.ts';
import { Door } from './door.tsx';
import { askForPasswordLetter, welcomeQuery } from './queries.ts';

export function ForgottenPasswordPage() {
  const welcome = useQuery(welcomeQuery);
  const [mailedTo, setMailedTo] = useState<string | null>(null);
  if (mailedTo !== null) {
    return (
      <Door
        heading="Look into your mailbox"
        lead={
          <>
            If there is an account for <strong>{mailedTo}</strong>, a letter with a link is on its way. Look
            into the spam folder too.
          </>
        }
      >
        <ToSignIn />
      </Door>
    );
  }
  if (welcome.data?.sendsMail === false) {
    return (
      <Door
        heading="Forgotten your password?"
        lead="This Vedette sends no mail. Whoever runs it can give you a new password, with this command:"
      >
        <pre className="door-command">
          <code>vedette user reset you@example.org</code>
        </pre>
        <ToSignIn />
      </Door>
    );
  }
  return <AddressForm onMailed={setMailedTo} />;
}

function AddressForm({ onMailed }: { onMailed: (email: string) => void }) {
  const [email, setEmail] = useState('');
  const form = useForm(PasswordForgotten, { email: email.trim() }, async (input) => {
    await askForPasswordLetter(input.email);
    onMailed(input.email);
  });
  return (
    <Door heading="Forgotten your password?" lead="We send you a link with which you choose a new one.">
      <form ref={form.ref} className="stack" noValidate onSubmit={form.onSubmit}>
        {form.problem !== null && <Notice tone="bad">{form.problem}</Notice>}
        <TextField
          label="E-mail"
          type="email"
          inputMode="email"
          autoComplete="username"
          autoFocus
          value={email}
          onChange={(event) => setEmail(event.target.value)}
          error={form.fields.email}
        />
        <Button look="primary" type="submit" busy={form.busy}>
          Send the link
        </Button>
      </form>
      <ToSignIn />
    </Door>
  );
}

function ToSignIn() {
  return (
    <p className="door-foot">
      <Link to="/sign-in" search={{}}>
        Back to signing in
      </Link>
    </p>
  );
}
