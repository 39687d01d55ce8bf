// A new password, with the link from a letter.

import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { PasswordResetInput } from '../../src/http/contract/account.ts';
import { ApiError } from '../app/api.ts';
import { Button } from '../ui/button.tsx';
import { Notice } from '../ui/notice.tsx';
import { showToast } from '../ui/toast.tsx';
import { useForm } from '../ui/use-form.ts';
import { BrokenLink } from './broken-link.tsx';
import { Door } from './door.tsx';
import { forgetLinkToken } from './link-token.ts';
import { PasswordField } from './password-field.tsx';
import { resetPassword } from './queries.ts';
import { useLinkToken } from './use-link-token.ts';

const page = '/reset-password';

export function ResetPasswordPage() {
  const navigate = useNavigate();
  const token = useLinkToken(page);
  const [password, setPassword] = useState('');
  const [isUsed, setUsed] = useState(false);
  const form = useForm(PasswordResetInput, { token, password }, async (input) => {
    try {
      await resetPassword(input);
    } catch (error) {
      if (!(error instanceof ApiError) || error.code !== 'link-invalid') throw error;
      forgetLinkToken(page);
      return setUsed(true);
    }
    forgetLinkToken(page);
    showToast('good', 'Your password is changed. Sign in with the new one.');
    await navigate({ to: '/sign-in', search: {} });
  });
  if (isUsed || token === '' || form.fields.token !== undefined) {
    return <BrokenLink isCut={!isUsed} advice="Ask for a new one: “Forgotten your password?”" />;
  }
  return (
    <Door heading="A new password" lead="All devices that are signed in now will be signed out.">
      <form ref={form.ref} className="stack" noValidate onSubmit={form.onSubmit}>
        {form.problem !== null && <Notice tone="bad">{form.problem}</Notice>}
        <PasswordField
          label="New password"
          value={password}
          onValue={setPassword}
          own={[]}
          autoFocus
          error={form.fields.password}
        />
        <Button look="primary" type="submit" busy={form.busy}>
          Change the password
        </Button>
      </form>
    </Door>
  );
}
