// Signing in.

import './session.css';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Navigate, useNavigate, useSearch } from '@tanstack/react-router';
import { type FormEvent, useRef, useState } from 'react';
import { SignInInput } from '../../src/http/contract/session.ts';
import { sentence } from '../app/api.ts';
import { Button } from '../ui/button.tsx';
import { TextField } from '../ui/field.tsx';
import { check, type FieldErrors, fieldsOf, focusFirstError, text, textOrNull } from '../ui/form.ts';
import { Mark } from '../ui/logo.tsx';
import { Notice } from '../ui/notice.tsx';
import { ownAddress } from './own-address.ts';
import { meQuery, signIn, welcomeQuery } from './queries.ts';

export function SignInPage() {
  const { next } = useSearch({ from: '/sign-in' });
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const form = useRef<HTMLFormElement>(null);
  const [fields, setFields] = useState<FieldErrors>({});
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const welcome = useQuery(welcomeQuery);

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const data = new FormData(event.currentTarget);
    const checked = check(SignInInput, {
      email: text(data, 'email'),
      password: textOrNull(data, 'password'),
    });
    setFields(checked.ok ? {} : checked.fields);
    setProblem(null);
    if (!checked.ok) {
      focusFirstError(form.current);
      return;
    }
    setBusy(true);
    try {
      await signIn(checked.value);
      queryClient.clear();
      await queryClient.fetchQuery(meQuery);
      await navigate({ to: ownAddress(next) });
    } catch (error) {
      setFields(fieldsOf(error));
      setProblem(sentence(error));
      setBusy(false);
    }
  }

  // Nobody can sign in yet: the page that says where the setup link is helps more.
  if (welcome.data?.setupRequired) return <Navigate to="/setup" search={{ token: '' }} />;
  return (
    <main className="door">
      <title>Sign in · Vedette</title>
      <div className="door-card card">
        <div className="door-head">
          <Mark size={52} />
          <h1>Welcome back</h1>
          <p className="quiet">Sign in to see your cameras.</p>
        </div>
        <form ref={form} className="stack" noValidate onSubmit={(event) => void submit(event)}>
          {problem !== null && <Notice tone="bad">{problem}</Notice>}
          <TextField
            label="E-mail"
            name="email"
            type="email"
            autoComplete="username"
            inputMode="email"
            autoFocus
            error={fields.email}
          />
          <TextField
            label="Password"
            name="password"
            type="password"
            autoComplete="current-password"
            error={fields.password}
          />
          <Button look="primary" type="submit" busy={busy}>
            Sign in
          </Button>
        </form>
      </div>
    </main>
  );
}
