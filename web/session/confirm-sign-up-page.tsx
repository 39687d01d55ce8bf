// The link of a letter that makes an account, with a password that only who has the letter chooses.

import { SignUpConfirmation } from '../../src/http/contract/session.ts';
import { PasswordLinkPage } from './password-link-page.tsx';
import { confirmSignUp } from './queries.ts';
import { useEnter } from './use-enter.ts';

export function ConfirmSignUpPage() {
  const enter = useEnter();
  return (
    <PasswordLinkPage
      page="/confirm-sign-up"
      schema={SignUpConfirmation}
      act={confirmSignUp}
      onDone={enter}
      heading="Almost there"
      lead="Your e-mail address is confirmed. Choose a password for your account."
      label="Password"
      action="Make my account"
      advice="If your account is not made yet, sign up again."
    />
  );
}
