// The routes: one line a page. Pages behind the sign-in share the shell.

import { type QueryClient, useSuspenseQuery } from '@tanstack/react-query';
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from '@tanstack/react-router';
import { OnlyAccount } from '../account/only-account.tsx';
import { incidentListQuery } from '../incidents/queries.ts';
import { incidentSearch } from '../incidents/search.ts';
import { companySearch } from '../overview/company.ts';
import { camerasQuery, reachQuery, sitesQuery } from '../overview/queries.ts';
import { peopleQuery } from '../people/queries.ts';
import { peopleSearch } from '../people/search.ts';
import { ProofDialog } from '../proof/proof-dialog.tsx';
import { reportSearch } from '../reports/search.ts';
import { meQuery, welcomeQuery } from '../session/queries.ts';
import { Toasts } from '../ui/toast.tsx';
import { ApiError } from './api.ts';
import { ErrorPage, NotFoundPage, PendingPage } from './fallbacks.tsx';
import { may } from './may.ts';
import { Shell } from './shell.tsx';

interface Context {
  readonly queryClient: QueryClient;
}

/** Toasts belong to every page, and may link to one. */
function Root() {
  return (
    <>
      <Outlet />
      <ProofDialog />
      <Toasts />
    </>
  );
}

/** The shell; or, where the organization asks for more than this session has, only the account. */
function Inside() {
  const { data: me, error } = useSuspenseQuery(meQuery);
  // Removed from the organization: what was read before does not stay on screen.
  if (error instanceof ApiError && error.code === 'not-allowed') throw error;
  return me.needsSecondFactor ? <OnlyAccount me={me} /> : <Shell />;
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
  validateSearch: (search: Record<string, unknown>): { next?: string; problem?: string } => ({
    ...(typeof search.next === 'string' ? { next: search.next } : {}),
    ...problemOf(search),
  }),
  component: lazyRouteComponent(() => import('../session/sign-in-page.tsx'), 'SignInPage'),
});

/** The code of what went wrong at a provider. */
function problemOf({ problem }: Record<string, unknown>): { problem?: string } {
  return typeof problem === 'string' ? { problem } : {};
}

const signUpRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/sign-up',
  component: lazyRouteComponent(() => import('../session/sign-up-page.tsx'), 'SignUpPage'),
});

const confirmSignUpRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/confirm-sign-up',
  component: lazyRouteComponent(() => import('../session/confirm-sign-up-page.tsx'), 'ConfirmSignUpPage'),
});

const forgottenPasswordRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/forgotten-password',
  component: lazyRouteComponent(
    () => import('../session/forgotten-password-page.tsx'),
    'ForgottenPasswordPage',
  ),
});

const resetPasswordRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/reset-password',
  component: lazyRouteComponent(() => import('../session/reset-password-page.tsx'), 'ResetPasswordPage'),
});

const confirmEmailRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/confirm-email',
  component: lazyRouteComponent(() => import('../session/confirm-email-page.tsx'), 'ConfirmEmailPage'),
});

const invitationRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/invitation',
  component: lazyRouteComponent(() => import('../invitation/invitation-page.tsx'), 'InvitationPage'),
});

const provenRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/proven',
  validateSearch: problemOf,
  component: lazyRouteComponent(() => import('../proof/proven-page.tsx'), 'ProvenPage'),
});

/** Everything behind the sign-in. Who is not signed in is led there, or to the setup while nobody is set up. */
const insideRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: 'inside',
  component: Inside,
  beforeLoad: ({ context: { queryClient }, location }) => requireSignIn(queryClient, location),
  loader: ({ context: { queryClient } }) => prefetchPlaces(queryClient),
});

async function requireSignIn(
  queryClient: QueryClient,
  location: { readonly pathname: string; readonly href: string },
): Promise<void> {
  try {
    const { needsSecondFactor } = await queryClient.ensureQueryData(meQuery);
    if (needsSecondFactor && location.pathname !== '/account') throw redirect({ to: '/account' });
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 401) throw error;
    const { setupRequired } = await queryClient.fetchQuery(welcomeQuery);
    if (setupRequired) throw redirect({ to: '/setup', search: { token: '' } });
    throw redirect({ to: '/sign-in', search: location.href === '/' ? {} : { next: location.href } });
  }
}

async function prefetchPlaces(queryClient: QueryClient): Promise<void> {
  if ((await queryClient.ensureQueryData(meQuery)).needsSecondFactor) return;
  void queryClient.prefetchQuery(sitesQuery);
  void queryClient.prefetchQuery(camerasQuery);
}

/** A wall that is watched from afar: nothing stands around it. */
const dutyRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/duty',
  beforeLoad: ({ context: { queryClient }, location }) => requireSignIn(queryClient, location),
  loader: ({ context: { queryClient } }) => prefetchPlaces(queryClient),
  component: lazyRouteComponent(() => import('../duty/duty-page.tsx'), 'DutyPage'),
});

const overviewRoute = createRoute({
  getParentRoute: () => insideRoute,
  path: '/',
  validateSearch: companySearch,
  // Known before the page is drawn: the banner would push everything down, and the people decide which page it is.
  loader: async ({ context: { queryClient } }) => {
    const me = await queryClient.ensureQueryData(meQuery);
    if (me.needsSecondFactor) return;
    await Promise.all([
      queryClient.prefetchInfiniteQuery(incidentListQuery('unresolved')),
      queryClient.prefetchQuery(reachQuery),
      may(me, 'manage-people') ? queryClient.prefetchQuery(peopleQuery) : null,
    ]);
  },
  component: lazyRouteComponent(() => import('../overview/overview-page.tsx'), 'OverviewPage'),
});

const siteRoute = createRoute({
  getParentRoute: () => insideRoute,
  path: '/sites/$siteId',
  component: lazyRouteComponent(() => import('../overview/site-page.tsx'), 'SitePage'),
});

const peopleRoute = createRoute({
  getParentRoute: () => insideRoute,
  path: '/people',
  validateSearch: peopleSearch,
  component: lazyRouteComponent(() => import('../people/people-page.tsx'), 'PeoplePage'),
});

const organizationRoute = createRoute({
  getParentRoute: () => insideRoute,
  path: '/organization',
  component: lazyRouteComponent(() => import('../organization/organization-page.tsx'), 'OrganizationPage'),
});

const putAsideRoute = createRoute({
  getParentRoute: () => insideRoute,
  path: '/put-aside',
  component: lazyRouteComponent(() => import('../put-aside/put-aside-page.tsx'), 'PutAsidePage'),
});

export const cameraRoute = createRoute({
  getParentRoute: () => insideRoute,
  path: '/cameras/$cameraId',
  validateSearch: (search: Record<string, unknown>): { at?: number } =>
    typeof search.at === 'number' && Number.isFinite(search.at) ? { at: search.at } : {},
  component: lazyRouteComponent(() => import('../camera/camera-page.tsx'), 'CameraPage'),
});

const zonesRoute = createRoute({
  getParentRoute: () => insideRoute,
  path: '/cameras/$cameraId/zones',
  component: lazyRouteComponent(() => import('../zones/zones-page.tsx'), 'ZonesPage'),
});

const incidentsRoute = createRoute({
  getParentRoute: () => insideRoute,
  path: '/incidents',
  validateSearch: incidentSearch,
  component: lazyRouteComponent(() => import('../incidents/incidents-page.tsx'), 'IncidentsPage'),
});

const incidentRoute = createRoute({
  getParentRoute: () => insideRoute,
  path: '/incidents/$incidentId',
  component: lazyRouteComponent(() => import('../incidents/incident-page.tsx'), 'IncidentPage'),
});

const reportsRoute = createRoute({
  getParentRoute: () => insideRoute,
  path: '/reports',
  validateSearch: reportSearch,
  component: lazyRouteComponent(() => import('../reports/reports-page.tsx'), 'ReportsPage'),
});

const alertsRoute = createRoute({
  getParentRoute: () => insideRoute,
  path: '/alerts',
  component: lazyRouteComponent(() => import('../channels/alerts-page.tsx'), 'AlertsPage'),
});

const myAlertsRoute = createRoute({
  getParentRoute: () => insideRoute,
  path: '/my-alerts',
  component: lazyRouteComponent(() => import('../preferences/my-alerts-page.tsx'), 'MyAlertsPage'),
});

const accountRoute = createRoute({
  getParentRoute: () => insideRoute,
  path: '/account',
  component: lazyRouteComponent(() => import('../account/account-page.tsx'), 'AccountPage'),
});

const routeTree = rootRoute.addChildren([
  setupRoute,
  signInRoute,
  signUpRoute,
  confirmSignUpRoute,
  forgottenPasswordRoute,
  resetPasswordRoute,
  confirmEmailRoute,
  invitationRoute,
  provenRoute,
  dutyRoute,
  insideRoute.addChildren([
    overviewRoute,
    siteRoute,
    peopleRoute,
    organizationRoute,
    putAsideRoute,
    cameraRoute,
    zonesRoute,
    incidentsRoute,
    incidentRoute,
    reportsRoute,
    alertsRoute,
    myAlertsRoute,
    accountRoute,
  ]),
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
