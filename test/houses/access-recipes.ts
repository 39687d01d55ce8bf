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
  /** Whether the answer repeats what was named. */
  readonly repeats?: boolean;
}

let made = 0;
const fresh = (word: string) => {
  made += 1;
  return `${word}${made}`;
};
const span = () => `?from=${startMs}&to=${startMs + 3_000}`;

type Given = Omit<Recipe, 'namesObjects'> & { readonly namesObjects?: boolean };

const chain = { levels: [{ afterMs: 0, targets: [{ kind: 'role', role: 'owner' }] }] };
const wishes = {
  ...{ channels: ['push'], atOnce: false, siteIds: null, minimumSeverity: 'low', timeZone: 'UTC' },
  ...{ hours: null, quiet: null, digest: { every: 'none', hour: 8, weekday: 1 } },
};
const browser = {
  endpoint: 'https://push.example.org/browser',
  keys: { p256dh: `B${'A'.repeat(86)}`, auth: 'A'.repeat(22) },
};

const recipes: Readonly<Record<string, Given>> = {
  [`post ${paths.sites}`]: { body: () => ({ name: fresh('Barn '), timeZone: 'UTC' }) },
  [`patch ${paths.site('{siteId}')}`]: { body: () => ({ timeZone: 'Europe/Berlin' }) },
  [`put ${paths.arming('{siteId}')}`]: { body: () => ({ arming: 'armed-away' }) },
  [`put ${paths.schedule('{siteId}')}`]: {
    body: () => ({
      timeZone: 'Europe/Berlin',
      schedule: {
        weekly: [{ days: [1], at: '22:00', arming: 'armed-home' }],
        exceptions: [],
        holidays: { dates: [], yearly: [], entries: [] },
      },
    }),
  },
  [`put ${paths.bypass('{siteId}', '{cameraId}')}`]: { body: () => ({}) },
  [`post ${paths.cameras}`]: {
    body: ({ siteId }) => ({ siteId, name: fresh('Door '), source: { kind: 'demo' } }),
    namesObjects: true,
  },
  [`patch ${paths.camera('{cameraId}')}`]: { body: () => ({ enabled: false }) },
  // No camera saw anything of it: what was asked for went as far as looking.
  [`post ${paths.suppress('{incidentId}')}`]: { status: 409 },
  [`put ${paths.zones('{cameraId}')}`]: { body: () => ({ version: 0, zones: [] }) },
  [`get ${paths.timeline('{cameraId}')}`]: { query: span },
  [`get ${paths.playlist('{cameraId}', 0, 0).split('?')[0]}`]: { query: span },
  [`get ${paths.clip('{cameraId}')}`]: { query: span },
  [`post ${paths.authorityLetters('{incidentId}')}`]: {
    body: ({ cameraId }) => ({
      recipient: { name: '', office: 'Police', email: 'police@example.org' },
      ...{ reference: '', text: '', cameraIds: [cameraId], from: startMs, to: startMs + 3_000 },
    }),
  },
  [`get ${paths.incidents}`]: { query: ({ siteId }) => `?siteId=${siteId}`, namesObjects: true },
  [`get ${paths.incidentReport}`]: { query: ({ siteId }) => `?siteId=${siteId}`, namesObjects: true },
  [`get ${paths.incidentReportCsv}`]: { query: ({ siteId }) => `?siteId=${siteId}`, namesObjects: true },
  [`post ${paths.resolve('{incidentId}')}`]: { body: () => ({ resolution: 'test' }) },
  [`post ${paths.acknowledgeMany}`]: {
    body: ({ incidentId }) => ({ incidentIds: [incidentId] }),
    namesObjects: true,
    repeats: true,
  },
  [`post ${paths.assign('{incidentId}')}`]: { body: () => ({ memberId: null }) },
  [`post ${paths.note('{incidentId}')}`]: { body: () => ({ text: 'The gate was open.' }) },
  // The one in this house is open.
  [`post ${paths.reopen('{incidentId}')}`]: { status: 409 },
  [`get ${paths.devices}`]: { query: ({ siteId }) => `?siteId=${siteId}`, namesObjects: true },
  // Only an image is one; whose site it is of is asked in src/http/images.test.ts.
  [`post ${paths.images}`]: { body: () => ({}), status: 422 },
  [`get ${paths.cameraImages('{cameraId}')}`]: { query: span },
  [`get ${paths.imagePreview('{imageId}')}`]: { query: () => '?size=tile' },
  // The one in this house is stored, and not put aside.
  [`post ${paths.quarantineRetry('{imageId}')}`]: { body: () => ({}), status: 404, namesObjects: false },
  [`delete ${paths.quarantined('{imageId}')}`]: { status: 404, namesObjects: false },
  [`post ${paths.devices}`]: {
    body: ({ siteId }) => ({
      ...{ siteId, kind: 'siren', name: fresh('Siren ') },
      link: { via: 'webhook', url: 'https://siren.example.org/' },
    }),
    namesObjects: true,
  },
  [`put ${paths.device('{deviceId}')}`]: {
    body: () => ({
      ...{ kind: 'siren', name: 'Horn', link: { via: 'webhook', url: 'https://siren.example.org/' } },
    }),
  },
  [`post ${paths.deviceSecret('{deviceId}')}`]: { body: () => ({}) },
  // The one in this house is a siren.
  [`post ${paths.deviceReport('{deviceId}')}`]: { body: () => ({ state: 'open' }), status: 400 },
  [`post ${paths.incidentDevice('{incidentId}', '{deviceId}')}`]: { body: () => ({ turn: 'off' }) },
  [`post ${paths.channels}`]: {
    body: () => ({ kind: 'email', name: fresh('Ops '), address: 'ops@example.org' }),
  },
  [`put ${paths.escalation}`]: { body: () => chain },
  [`put ${paths.siteEscalation('{siteId}')}`]: { body: () => chain },
  [`put ${paths.myAlerts}`]: { body: () => wishes },
  [`post ${paths.myAlertsTest}`]: { body: () => ({ kind: 'push' }) },
  [`post ${paths.pushDevices}`]: { body: () => browser },
  // Only its owner can name one that is there.
  [`delete ${paths.pushDevice('{deviceId}')}`]: { status: 404, namesObjects: false },
  // Nobody in this house has a number.
  [`post ${paths.phoneCode}`]: { body: () => ({ kind: 'sms' }), status: 400 },
  [`post ${paths.phoneProof}`]: { body: () => ({ code: '123456' }), status: 400 },
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
  [`post ${paths.imageSources}`]: {
    body: ({ siteId }) => ({ name: 'Importer', siteIds: [siteId] }),
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
