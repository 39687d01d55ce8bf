// The pages' entry: the query cache, the routes, and where they are drawn.

import './early-zod.ts';
import '../ui/tokens.css';
import '../ui/base.css';
import '../ui/controls.css';
import '../ui/signs.css';
import '../ui/dialog.css';
import '../ui/rows.css';
import '../ui/floating.css';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { settleProof } from '../proof/asking.ts';
import { isDoor } from '../session/own-address.ts';
import { makeQueryClient } from './query-client.ts';
import { keys } from './query-keys.ts';
import { watchRefusals } from './refusals.ts';
import { makeRouter } from './router.tsx';

const queryClient = makeQueryClient();
const router = makeRouter(queryClient);
watchRefusals((refusal) => {
  const { pathname, href } = router.state.location;
  if (isDoor(pathname)) return;
  if (refusal === 'not-signed-in') {
    // Signed out elsewhere, or the session ended: nothing of it may stay on screen.
    settleProof(false);
    void router.navigate({ to: '/sign-in', search: href === '/' ? {} : { next: href } });
    return;
  }
  // The organization asks for more than a password now: what one is says so, and the account page what to do.
  void queryClient.invalidateQueries({ queryKey: keys.me });
  if (pathname !== '/account') void router.navigate({ to: '/account' });
});
const root = document.getElementById('root');

if (root !== null) {
  createRoot(root).render(
    <StrictMode>
      <QueryClientProvider client={queryClient}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </StrictMode>,
  );
}
