// Entering: what was known of somebody else is forgotten, and the page that was wanted opens.

import { useQueryClient } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { ownAddress } from './own-address.ts';

/** To be called when the server has opened a session. `next` is where one wanted to go. */
export function useEnter(): (next?: string) => Promise<void> {
  const queryClient = useQueryClient();
  const router = useRouter();
  return async (next) => {
    queryClient.clear();
    router.clearCache();
    await router.navigate({ href: ownAddress(next) });
  };
}
