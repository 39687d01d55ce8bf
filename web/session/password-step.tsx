// The first step of signing in: e-mail and password, and beside them every other way.

import { Link } from '@tanstack/react-router';
import { type FormEvent, useRef, useState } from 'react';
import { SignInInput, type Welcome } from '../../src/http/contract/session.ts';
import { sentence, wasCancelled } from '../app/api.ts';
import { Button } from '../ui/button.tsx';
import { TextField } from '../ui/field.tsx';
import { check, type FieldErrors, fieldsOf, focusFirstError, text, textOrNull } from '../ui/form.ts';
import { Notice } from '../ui/notice.tsx';
import { Door } from './door.tsx';
import { hindranceHere } from './passkey.ts';
import { signIn, signInWithPasskey } from './queries.ts';

interface PasswordStepProps {
  /** Undefined while the server has not told yet what it offers. */
  readonly welcome: Welcome | undefined;
  readonly email: string;
  readonly onEmail: (email: string) => void;
  /** Why one is here again. */
  readonly told: string | null;
  readonly onDone: () => Promise<void>;
  readonly onSecondStep: () => void;
  readonly onOrganization: () => void;
}

export function PasswordStep(props: PasswordStepProps) {
  const { welcome, email, onEmail, told, onDone, onSecondStep, onOrganization } = props;
  const form = useRef<HTMLFormElement>(null);
  const [fields, setFields] = useState<FieldErrors>({});
  const [problem, setProblem] = useState(told);
  const [busy, setBusy] = useState<'password' | 'passkey' | null>(null);

  async function attempt(way: 'password' | 'passkey', work: () => Promise<void>) {
    setProblem(null);
    setFields({});
    setBusy(way);
    try {
      await work();
    } catch (error) {
      setBusy(null);
      if (wasCancelled(error)) return;
      setFields(fieldsOf(error));
      setProblem(sentence(error));
    }
  }

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    // Read from the form itself: password managers fill it in without telling.
    const data = new FormData(event.currentTarget);
    const typed = { email: text(data, 'email'), password: textOrNull(data, 'password') };
    const checked = check(SignInInput, typed);
    if (!checked.ok) {
      setProblem(null);
      setFields(checked.fields);
      return focusFirstError(form.current);
    }
    onEmail(typed.email);
    await attempt('password', async () => {
      const { next } = await signIn(checked.value);
      if (next === 'second-step') onSecondStep();
      else await onDone();
    });
  }

  function askPasskey() {
    const hindrance = hindranceHere();
    if (hindrance !== null) return setProblem(hindrance);
    void attempt('passkey', async () => {
      await signInWithPasskey();
      await onDone();
    });
  }

  return (
    <Door title="Sign in" heading="Welcome back" lead="Sign in to see your cameras.">
      <form ref={form} className="stack" noValidate onSubmit={(event) => void submit(event)}>
        {problem !== null && <Notice tone="bad">{problem}</Notice>}
        <TextField
          label="E-mail"
          name="email"
          type="email"
          defaultValue={email}
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
        <Button look="primary" type="submit" busy={busy === 'password'} disabled={busy !== null}>
          Sign in
        </Button>
      </form>
      <p className="door-or">or</p>
      <div className="door-ways">
        <Button icon="key" busy={busy === 'passkey'} disabled={busy !== null} onClick={askPasskey}>
          Sign in with a passkey
        </Button>
        {welcome?.hasSingleSignOn === true && (
          <Button icon="organization" disabled={busy !== null} onClick={onOrganization}>
            Sign in with your organization
          </Button>
        )}
      </div>
      <p className="door-foot">
        <Link to="/forgotten-password">Forgotten your password?</Link>
        {welcome?.signUpOpen === true && <Link to="/sign-up">Make an account</Link>}
      </p>
    </Door>
  );
}
