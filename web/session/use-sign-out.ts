// Signing out: here, and where a provider signed in.

import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { sentence } from '../app/api.ts';
import { leaveBrowser } from '../preferences/push.ts';
import { showToast } from '../ui/toast.tsx';
import { signOut } from './queries.ts';

/** Ends the session and leads to the sign-in; where that fails, says why and stays. */
export function useSignOut(): () => Promise<void> {
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  return async () => {
    let endSessionUrl: string | null;
    try {
      ({ endSessionUrl } = await signOut());
    } catch (error) {
      showToast('bad', sentence(error));
      return;
    }
    // Whoever uses this browser next is told nothing that is not theirs.
    await leaveBrowser().catch(() => {});
    // The provider's own session would sign in again at once; it leads back here when it has ended.
    if (endSessionUrl !== null) return window.location.assign(endSessionUrl);
    await navigate({ to: '/sign-in', search: {} });
    queryClient.clear();
  };
}
