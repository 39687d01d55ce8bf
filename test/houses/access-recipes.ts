// What each route of an organization is called with so that it does what it is for.

import { paths } from '../../src/http/contract/paths.ts';
import type { Route } from '../../src/http/route.ts';
import { startMs } from './http.ts';
import type { Names } from './tenancy.ts';

export interface Recipe {
  readonly query?: (names: Names) => string;
  readonly body?: (names: Names) => unknown;
  /** Where it is not the one that the route promises. */
  readonly status?: number;
  /** Whether an object is named, in the address or the body. */
  readonly namesObjects: boolean;
}

let made = 0;
const fresh = (word: string) => {
  made += 1;
  return `${word}${made}`;
};
const span = () => `?from=${startMs}&to=${startMs + 3_000}`;

type Given = Omit<Recipe, 'namesObjects'> & { readonly namesObjects?: true };

const recipes: Readonly<Record<string, Given>> = {
  [`post ${paths.sites}`]: { body: () => ({ name: fresh('Barn '), timeZone: 'UTC' }) },
  [`patch ${paths.site('{siteId}')}`]: { body: () => ({ timeZone: 'Europe/Paris' }) },
  [`put ${paths.arming('{siteId}')}`]: { body: () => ({ arming: 'armed-away' }) },
  [`post ${paths.cameras}`]: {
    body: ({ siteId }) => ({ siteId, name: fresh('Door '), source: { kind: 'demo' } }),
    namesObjects: true,
  },
  [`patch ${paths.camera('{cameraId}')}`]: { body: () => ({ enabled: false }) },
  [`get ${paths.timeline('{cameraId}')}`]: { query: span },
  [`get ${paths.playlist('{cameraId}', 0, 0).split('?')[0]}`]: { query: span },
  [`get ${paths.clip('{cameraId}')}`]: { query: span },
  [`get ${paths.incidents}`]: { query: ({ siteId }) => `?siteId=${siteId}`, namesObjects: true },
  [`post ${paths.resolve('{incidentId}')}`]: { body: () => ({ resolution: 'test' }) },
  [`post ${paths.channels}`]: {
    body: () => ({ kind: 'email', name: fresh('Ops '), address: 'ops@example.org' }),
  },
  [`patch ${paths.person('{memberId}')}`]: { body: ({ siteId }) => ({ role: 'owner', siteIds: [siteId] }) },
  [`post ${paths.invitations}`]: {
    body: ({ siteId }) => ({ email: `${fresh('guest')}@example.org`, role: 'viewer', siteIds: [siteId] }),
    namesObjects: true,
  },
  [`patch ${paths.organization}`]: { body: () => ({ name: fresh('House ') }) },
  // Nobody listens there: what was asked for went as far as asking.
  [`post ${paths.providers}`]: {
    body: () => ({
      ...{ name: 'Acme', issuer: 'https://127.0.0.1:1', clientId: 'vedette', clientSecret: 'hush' },
      ...{ domains: [`${fresh('acme')}.example`], roleClaim: null, roleByValue: {}, defaultRole: null },
    }),
    status: 502,
  },
  [`post ${paths.accessKeys}`]: {
    body: ({ siteId }) => ({ name: 'Importer', permissions: ['view'], siteIds: [siteId], lifeDays: 1 }),
    namesObjects: true,
  },
  [`post ${paths.token}`]: { body: () => ({ audience: 'https://archive.example' }) },
};

/** Null for routes about oneself and for everybody: whether they let in is all that the walk asks of them. */
export function recipeOf({ method, path, allow }: Route): Recipe | null {
  if (allow === 'public' || allow === 'self') return null;
  const given = recipes[`${method} ${path}`] ?? {};
  return { ...given, namesObjects: given.namesObjects ?? path.includes('{') };
}

/** Of the routes about oneself, the one that tells what one may do somewhere. */
export function needsMembership({ path }: Pick<Route, 'path'>): boolean {
  return path === paths.me;
}
