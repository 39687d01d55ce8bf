// The link of a letter that makes an account, with a password that only who has the letter chooses.

import { useState } from 'react';
import { SignUpConfirmation } from '../../src/http/contract/session.ts';
import { ApiError } from '../app/api.ts';
import { Button } from '../ui/button.tsx';
import { Notice } from '../ui/notice.tsx';
import { useForm } from '../ui/use-form.ts';
import { BrokenLink } from './broken-link.tsx';
import { Door } from './door.tsx';
import { forgetLinkToken } from './link-token.ts';
import { PasswordField } from './password-field.tsx';
import { confirmSignUp } from './queries.ts';
import { useEnter } from './use-enter.ts';
import { useLinkToken } from './use-link-token.ts';

const page = '/confirm-sign-up';

export function ConfirmSignUpPage() {
  const enter = useEnter();
  const token = useLinkToken(page);
  const [password, setPassword] = useState('');
  const [isUsed, setUsed] = useState(false);
  const form = useForm(SignUpConfirmation, { token, password }, async (input) => {
    try {
      await confirmSignUp(input);
    } catch (error) {
      if (!(error instanceof ApiError) || error.code !== 'link-invalid') throw error;
      forgetLinkToken(page);
      return setUsed(true);
    }
    forgetLinkToken(page);
    await enter();
  });
  if (isUsed || token === '' || form.fields.token !== undefined) {
    return <BrokenLink isCut={!isUsed} advice="If your account is not made yet, sign up again." />;
  }
  return (
    <Door heading="Almost there" lead="Your e-mail address is confirmed. Choose a password for your account.">
      <form ref={form.ref} className="stack" noValidate onSubmit={form.onSubmit}>
        {form.problem !== null && <Notice tone="bad">{form.problem}</Notice>}
        <PasswordField
          label="Password"
          value={password}
          onValue={setPassword}
          own={[]}
          autoFocus
          error={form.fields.password}
        />
        <Button look="primary" type="submit" busy={form.busy}>
          Make my account
        </Button>
      </form>
    </Door>
  );
}
