// The routes: one line a page. Pages behind the sign-in share the shell.

import type { QueryClient } from '@tanstack/react-query';
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from '@tanstack/react-router';
import { incidentListQuery } from '../incidents/queries.ts';
import { camerasQuery, sitesQuery } from '../overview/queries.ts';
import { meQuery, welcomeQuery } from '../session/queries.ts';
import { Toasts } from '../ui/toast.tsx';
import { ApiError } from './api.ts';
import { ErrorPage, NotFoundPage, PendingPage } from './fallbacks.tsx';
import { Shell } from './shell.tsx';

interface Context {
  readonly queryClient: QueryClient;
}

/** Toasts belong to every page, and may link to one. */
function Root() {
  return (
    <>
      <Outlet />
      <Toasts />
    </>
  );
}

const rootRoute = createRootRouteWithContext<Context>()({ component: Root });

const setupRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/setup',
  validateSearch: (search: Record<string, unknown>) => ({
    token: typeof search.token === 'string' ? search.token : '',
  }),
  component: lazyRouteComponent(() => import('../setup/setup-page.tsx'), 'SetupPage'),
});

const signInRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/sign-in',
  validateSearch: (search: Record<string, unknown>): { next?: string } =>
    typeof search.next === 'string' ? { next: search.next } : {},
  component: lazyRouteComponent(() => import('../session/sign-in-page.tsx'), 'SignInPage'),
});

/** Everything behind the sign-in. Who is not signed in is led there, or to the setup while nobody is set up. */
const insideRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: 'inside',
  component: Shell,
  beforeLoad: async ({ context: { queryClient }, location }) => {
    try {
      await queryClient.ensureQueryData(meQuery);
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 401) throw error;
      const { setupRequired } = await queryClient.fetchQuery(welcomeQuery);
      if (setupRequired) throw redirect({ to: '/setup', search: { token: '' } });
      throw redirect({ to: '/sign-in', search: location.href === '/' ? {} : { next: location.href } });
    }
  },
  loader: ({ context: { queryClient } }) => {
    void queryClient.prefetchQuery(sitesQuery);
    void queryClient.prefetchQuery(camerasQuery);
  },
});

const overviewRoute = createRoute({
  getParentRoute: () => insideRoute,
  path: '/',
  // The banner is known before the page is drawn: arriving later it would push everything down.
  loader: ({ context: { queryClient } }) =>
    queryClient.prefetchInfiniteQuery(incidentListQuery('unresolved')),
  component: lazyRouteComponent(() => import('../overview/overview-page.tsx'), 'OverviewPage'),
});

export const cameraRoute = createRoute({
  getParentRoute: () => insideRoute,
  path: '/cameras/$cameraId',
  validateSearch: (search: Record<string, unknown>): { at?: number } =>
    typeof search.at === 'number' && Number.isFinite(search.at) ? { at: search.at } : {},
  component: lazyRouteComponent(() => import('../camera/camera-page.tsx'), 'CameraPage'),
});

const incidentsRoute = createRoute({
  getParentRoute: () => insideRoute,
  path: '/incidents',
  validateSearch: (search: Record<string, unknown>): { show?: 'all' } =>
    search.show === 'all' ? { show: 'all' } : {},
  component: lazyRouteComponent(() => import('../incidents/incidents-page.tsx'), 'IncidentsPage'),
});

const incidentRoute = createRoute({
  getParentRoute: () => insideRoute,
  path: '/incidents/$incidentId',
  component: lazyRouteComponent(() => import('../incidents/incident-page.tsx'), 'IncidentPage'),
});

const alertsRoute = createRoute({
  getParentRoute: () => insideRoute,
  path: '/alerts',
  component: lazyRouteComponent(() => import('../channels/alerts-page.tsx'), 'AlertsPage'),
});

const routeTree = rootRoute.addChildren([
  setupRoute,
  signInRoute,
  insideRoute.addChildren([overviewRoute, cameraRoute, incidentsRoute, incidentRoute, alertsRoute]),
]);

export function makeRouter(queryClient: QueryClient) {
  return createRouter({
    routeTree,
    context: { queryClient },
    defaultPreload: 'intent',
    scrollRestoration: true,
    defaultErrorComponent: ErrorPage,
    defaultNotFoundComponent: NotFoundPage,
    defaultPendingComponent: PendingPage,
    defaultPendingMs: 300,
  });
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof makeRouter>;
  }
}
