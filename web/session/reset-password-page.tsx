// A new password, with the link from a letter.

import { useNavigate } from '@tanstack/react-router';
import { PasswordResetInput } from '../../src/http/contract/account.ts';
import { showToast } from '../ui/toast.tsx';
import { PasswordLinkPage } from './password-link-page.tsx';
import { resetPassword } from './queries.ts';

export function ResetPasswordPage() {
  const navigate = useNavigate();
  return (
    <PasswordLinkPage
      page="/reset-password"
      schema={PasswordResetInput}
      act={resetPassword}
      onDone={() => {
        showToast('good', 'Your password is changed. Sign in with the new one.');
        return navigate({ to: '/sign-in', search: {} });
      }}
      heading="A new password"
      lead="All devices that are signed in now will be signed out."
      label="New password"
      action="Change the password"
      advice="Ask for a new one: “Forgotten your password?”"
    />
  );
}
