// The pages' entry: the query cache, the routes, and where they are drawn.

import './early-zod.ts';
import '../ui/tokens.css';
import '../ui/base.css';
import '../ui/controls.css';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { makeQueryClient } from './query-client.ts';
import { makeRouter } from './router.tsx';

const queryClient = makeQueryClient(() => {
  // Signed out elsewhere, or the session ended: nothing of it may stay on screen.
  if (router.state.location.pathname === '/sign-in') return;
  void router.navigate({ to: '/sign-in', search: { next: router.state.location.href } });
});
const router = makeRouter(queryClient);
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
