// A link from a mailbox: the new address of an account.

import { useNavigate, useRouter } from '@tanstack/react-router';
import { ApiError } from '../app/api.ts';
import { showToast } from '../ui/toast.tsx';
import { LinkPage } from './link-page.tsx';
import { confirmEmail } from './queries.ts';
import { useEnter } from './use-enter.ts';

export function ConfirmEmailPage() {
  const enter = useEnter();
  const navigate = useNavigate();
  const router = useRouter();
  return (
    <LinkPage
      page="/confirm-email"
      heading="Confirm your new address"
      lead="From now on you sign in with this e-mail address, and letters go there."
      action="Confirm"
      advice="Change your address again in your account."
      act={async (token) => {
        try {
          await confirmEmail(token);
        } catch (error) {
          // Only its owner can: who is not signed in does that first, and comes back.
          if (!(error instanceof ApiError) || error.code !== 'not-signed-in') throw error;
          await navigate({ to: '/sign-in', search: { next: router.state.location.pathname } });
          throw error;
        }
      }}
      onDone={async () => {
        showToast('good', 'Your new e-mail address is confirmed.');
        await enter('/account');
      }}
    />
  );
}
