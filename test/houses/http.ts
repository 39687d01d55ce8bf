// A house to test the HTTP edge in: real records and identity, memory stores, a clock that a test moves.

import { createCipheriv, createHash } from 'node:crypto';
import { avMasker } from '../../src/adapters/av/masker.ts';
import { avStills } from '../../src/adapters/av/stills.ts';
import { openIdentity } from '../../src/adapters/better-auth/identity.ts';
import { claimCheckInbox } from '../../src/adapters/claimcheck/inbox.ts';
import { inprocessEvents } from '../../src/adapters/inprocess/events.ts';
import { memoryBlobs } from '../../src/adapters/memory/blobs.ts';
import { memoryCache } from '../../src/adapters/memory/cache.ts';
import { type ManualClock, manualClock } from '../../src/adapters/memory/clock.ts';
import { sealer } from '../../src/adapters/system/sealer.ts';
import { memoryKeys } from '../../src/adapters/memory/keys.ts';
import { memoryDeviceLinks } from '../../src/adapters/memory/device-link.ts';
import { memoryNotifiers } from '../../src/adapters/memory/notifier.ts';
import { memoryQueue } from '../../src/adapters/memory/queue.ts';
import { openIdConnect } from '../../src/adapters/openid/single-sign-on.ts';
import { guardedFetch } from '../../src/adapters/outbound/fetch.ts';
import { openDatabase } from '../../src/adapters/sql/database.ts';
import { sqlRecords } from '../../src/adapters/sql/records.ts';
import {
  branded,
  type CameraId,
  type EpochMs,
  type OrganizationId,
  type RecordingId,
  type Sha256,
  type SiteId,
} from '../../src/core/brand.ts';
import { breaker } from '../../src/core/breaker.ts';
import { type Drain, drain } from '../../src/core/drain.ts';
import { VedetteError } from '../../src/core/errors.ts';
import { openMasking } from '../../src/core/evidence/masking.ts';
import { writeFragment } from '../../src/core/footage/cmaf.ts';
import {
  type Fragment,
  type InitSegment,
  type Recording,
  recordingKeyContext,
} from '../../src/core/footage/recording.ts';
import { topicRule } from '../../src/core/device/topic-rule.ts';
import { watchBacklog } from '../../src/core/image/backlog.ts';
import { hourKeys } from '../../src/core/image/hour-keys.ts';
import { imageRows } from '../../src/core/image/image-rows.ts';
import { maxDecodedBytes } from '../../src/core/image/pushed-image.ts';
import { places } from '../../src/core/image/places.ts';
import { newId } from '../../src/core/identifiers.ts';
import { createMetrics } from '../../src/core/metrics/metrics.ts';
import { meteredRoles } from '../../src/core/metrics/series.ts';
import { newMember } from '../../src/core/organization/members.ts';
import {
  type Member,
  openPolicy,
  type Role,
  reachesEverySite,
} from '../../src/core/organization/organization.ts';
import { silentLog } from '../../src/core/ports/log.ts';
import type { Letter, Mailer } from '../../src/core/ports/mailer.ts';
import type { Inbox } from '../../src/core/ports/inbox.ts';
import type { Queue } from '../../src/core/ports/queue.ts';
import type { Mqtt } from '../../src/core/ports/mqtt.ts';
import type { OpenFootage, OpenRecording } from '../../src/core/ports/open-footage.ts';
import type { Records } from '../../src/core/ports/records.ts';
import { room } from '../../src/core/room.ts';
import { type Secret, secret } from '../../src/core/secret.ts';
import type { Camera } from '../../src/core/site/camera.ts';
import { homePolicy } from '../../src/core/site/camera-policy.ts';
import { createHttp, type Http } from '../../src/http/app.ts';
import { paths } from '../../src/http/contract/paths.ts';
import type { HttpDeps, HttpSettings } from '../../src/http/dependencies.ts';
import { type Dependency, watchDependencies } from '../../src/workers/watch-dependencies.ts';
import { watchRoles } from '../../src/workers/watch-roles.ts';

export const setupToken = 'the-setup-token';
/** A point of P-256, as a push key is. */
const vapidPublicKey = `B${'A'.repeat(86)}`;
export const password = 'correct horse battery';
/** 2026-01-01T00:00:00Z. */
export const startMs = Date.UTC(2026, 0, 1);
const origin = 'http://localhost:8080';
/** Asked only when a test asks. */
const neverMs = 1e12;
const defaults: HttpSettings = {
  publicUrl: origin,
  version: '1.2.3',
  signUpOpen: false,
  pagesFolder: null,
};

export interface House {
  readonly http: Http;
  readonly deps: HttpDeps & {
    readonly clock: ManualClock;
    readonly openFootage: GrowingFootage;
    readonly queue: Queue;
    readonly intake: { readonly inbox: Inbox };
  };
  /** Calls an address; `cookie` is who calls. */
  call(method: string, path: string, options?: CallOptions): Promise<Response>;
  /** Sets up and gives the administrator's cookie. */
  setUp(): Promise<string>;
  /** Another member, of a new organization unless one is given; gives the cookie. */
  join(role: Role, organizationId?: OrganizationId): Promise<string>;
  /** The same, with what is known of them. Owners and viewers reach the sites there are unless others are given. */
  enrol(role: Role, place?: Place): Promise<Enrolled>;
  /** Signs in once more. */
  signIn(email: string): Promise<string>;
  /** What was mailed. */
  readonly letters: Letter[];
}

interface Place {
  readonly organizationId?: OrganizationId;
  readonly siteIds?: readonly SiteId[];
}

export interface Enrolled {
  readonly cookie: string;
  readonly member: Member;
}

/** Where houses keep sessions: a test file that sets it before it opens any has them in the cache. */
export const sessionsIn = { sharedCache: false };

export interface HouseOptions extends Partial<HttpSettings> {
  /** When it begins; `startMs` by default. */
  readonly nowMs?: number;
  /** Whether there is a mail server; there is one by default. */
  readonly sendsMail?: boolean;
  /** Instead of one that keeps what was mailed. */
  readonly mailer?: Mailer;
  /** Its MQTT broker; none by default. */
  readonly mqtt?: Mqtt | null;
  /** Images that may wait; the limit of the house by default. */
  readonly maxBacklog?: number;
  /** The services whose standing it tells of; its records by default. */
  readonly standing?: readonly Dependency[];
  readonly leaving?: Drain;
  /** What shows figures; none by default. */
  readonly metricsToken?: Secret | null;
  /** Whether other processes do its work, whose roles it watches; no by default. */
  readonly isShared?: boolean;
}

export interface CallOptions {
  readonly cookie?: string;
  readonly json?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array<ArrayBuffer>;
  readonly peerAddress?: string;
  readonly signal?: AbortSignal;
}

/** The records as a service that one failure takes away, and one success brings back. */
function recordsOf(records: Records, clock: ManualClock): Dependency {
  return {
    name: 'records',
    breaker: breaker({
      ...{ clock, failures: 1, timeoutMs: 5_000, restMs: 0 },
      isFailure: () => true,
      away: () => new VedetteError('records-unavailable'),
    }),
    probe: () => records.organizations.count(),
  };
}

/** A house; what its HTTP edge logs goes to `log`. */
export async function openHouse(
  options: HouseOptions = {},
  log = silentLog,
  { notifiers = memoryNotifiers() }: { notifiers?: HttpDeps['notifiers'] } = {},
): Promise<House> {
  const { standing, leaving = drain() } = options;
  const { nowMs = startMs, sendsMail = true, mailer: given, mqtt = null, maxBacklog, ...rest } = options;
  const { standing: _standing, leaving: _leaving, isShared = false, metricsToken = null, ...settings } = rest;
  const letters: Letter[] = [];
  const mailer: Mailer = given ?? {
    send: async (letter) => void letters.push(letter),
    async deliver(letter) {
      letters.push(letter);
      return { outcome: 'handed-over' };
    },
  };
  const clock = manualClock(nowMs);
  const keys = memoryKeys();
  const database = await openDatabase({ path: ':memory:', log: silentLog });
  const records = sqlRecords({ database, keys, clock });
  const cache = memoryCache({ clock });
  const people = await openIdentity({
    database: database.kysely,
    baseUrl: settings.publicUrl ?? origin,
    secret: secret('0123456789abcdefghijklmnopqrstuvwxyzABCDEFG'),
    log: silentLog,
    clock,
    ...(sessionsIn.sharedCache ? { sharedCache: cache } : {}),
  });
  const blobs = memoryBlobs();
  const queue = memoryQueue({ clock });
  const inbox = claimCheckInbox({
    ...{ blobs, queue, clock, log: silentLog, topic: 'images.inbox', prefix: 'images/http/inbox' },
  });
  const backlog = watchBacklog(
    { inbox, clock, log: silentLog },
    maxBacklog === undefined ? {} : { max: maxBacklog },
  );
  const roles = isShared ? watchRoles({ cache, records, clock, log }) : null;
  const deps = {
    records,
    blobs,
    queue,
    keys,
    cache,
    clock,
    events: inprocessEvents({ log: silentLog }),
    ...people,
    singleSignOn: openIdConnect({
      clock,
      log: silentLog,
      fetch: guardedFetch({ allowPrivateAddresses: true }),
      allowPrivateHosts: true,
    }),
    mailer: sendsMail ? mailer : null,
    openFootage: growingFootage(),
    intake: {
      ...{ inbox, backlog, hourKeys: hourKeys({ keys, clock, sealer }), places: places({ records, clock }) },
      ...{ stills: avStills(), decoding: room(maxDecodedBytes) },
      ...{ rows: imageRows({ records, queue, clock }), topic: 'vedette.images' },
    },
    masking: openMasking(avMasker({ log })),
    notifiers,
    pushPublicKey: async () => vapidPublicKey,
    setup: { checkToken: (token: string) => token === setupToken },
    log,
    cameraPolicy: homePolicy,
    mqtt,
    deviceLinks: memoryDeviceLinks(),
    mostPushedDays: 7,
    deviceTopics: topicRule({ prefix: 'vedette', discoveryPrefix: 'homeassistant' }, { shared: false }),
    cutRecording: () => {},
    standing: watchDependencies({ clock, log }, standing ?? [recordsOf(records, clock)], {
      everyMs: neverMs,
      missing: () => roles?.missing ?? [],
    }),
    drain: leaving,
    metrics: createMetrics({ clock, log, roles: meteredRoles }),
    metricsToken,
  };
  const http = createHttp(deps, { ...defaults, ...settings });
  const call: House['call'] = (method, path, options = {}) => {
    const { cookie, json, headers, body, peerAddress, signal } = options;
    const request = new Request(`${origin}${path}`, {
      method,
      headers: {
        host: 'localhost:8080',
        ...(cookie === undefined ? {} : { cookie }),
        ...(json === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(json === undefined ? (body === undefined ? {} : { body }) : { body: JSON.stringify(json) }),
      ...(signal === undefined ? {} : { signal }),
    });
    return http.fetch(request, peerAddress);
  };

  const signIn = async (email: string) => {
    const { headers } = await people.identity.signIn({ email, password: secret(password) }, new Headers());
    return cookieOf(new Response(null, { headers }));
  };

  const enrol: House['enrol'] = async (
    role,
    { organizationId = newId<OrganizationId>(clock), siteIds } = {},
  ) => {
    if ((await records.organizations.find(organizationId)) === null) {
      const createdAt = clock.now();
      await records.organizations.insert({
        id: organizationId,
        name: 'Other',
        createdAt,
        policy: openPolicy,
      });
    }
    const email = `${crypto.randomUUID()}@example.org`;
    const user = await people.accounts.create({ name: role, email, password: secret(password) });
    const all = (await records.sites.list(organizationId)).map(({ id }) => id);
    const reached = reachesEverySite(role) ? [] : (siteIds ?? all);
    const member = newMember(clock, user, { organizationId, role, siteIds: reached });
    await records.members.insert(member);
    return { member, cookie: await signIn(email) };
  };

  return {
    http,
    deps,
    call,
    async setUp() {
      const response = await call('POST', paths.setup, { json: setupForm() });
      if (response.status !== 201) throw new Error(await response.text());
      return cookieOf(response);
    },
    async join(role, organizationId) {
      return (await enrol(role, organizationId === undefined ? {} : { organizationId })).cookie;
    },
    enrol,
    signIn,
    letters,
  };
}

/** What `promise` gives, while time passes second by second until it does. */
export async function meanwhile<T>(clock: ManualClock, promise: Promise<T>): Promise<T> {
  const settled = { yet: false };
  const done = () => {
    settled.yet = true;
  };
  promise.then(done, done);
  while (!settled.yet) await clock.advance(1000);
  return promise;
}

/** A valid form of the first administrator. */
export function setupForm() {
  return {
    token: setupToken,
    name: 'Ada',
    email: 'ada@example.org',
    password,
    organizationName: 'Bakery',
    siteName: 'Shop',
    timeZone: 'Europe/Berlin',
    camera: { name: 'Yard', source: { kind: 'demo' } },
  };
}

/** The cookie header a browser would send back. */
export function cookieOf(response: Response): string {
  return response.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';', 1)[0])
    .join('; ');
}

export const init: InitSegment = {
  sha256: branded<Sha256>('a'.repeat(64)),
  bytes: new TextEncoder().encode('ftypmoov'),
  codec: 'avc1.640028',
  width: 640,
  height: 360,
  timescale: 90_000,
};

/** Open footage that a test lets grow. */
export interface GrowingFootage extends OpenFootage {
  /** Begins or replaces an open recording. */
  show(recording: OpenRecording, bytes?: readonly Uint8Array[]): void;
  remove(id: RecordingId): void;
}

export function growingFootage(): GrowingFootage {
  const open = new Map<RecordingId, { recording: OpenRecording; bytes: readonly Uint8Array[] }>();
  const waiting = new Set<{ cameraId: CameraId; wake: () => void }>();
  return {
    of: async (cameraId) =>
      [...open.values()].map(({ recording }) => recording).filter((one) => one.cameraId === cameraId),
    find: async (id) => open.get(id)?.recording ?? null,
    async read(id, index) {
      const bytes = open.get(id)?.bytes[index];
      if (bytes === undefined) throw new VedetteError('not-found');
      return bytes;
    },
    grown: (cameraId, signal) =>
      new Promise((resolve) => {
        if (signal.aborted) return resolve();
        const waiter = { cameraId, wake: resolve };
        waiting.add(waiter);
        signal.addEventListener('abort', () => {
          waiting.delete(waiter);
          resolve();
        });
      }),
    show(recording, bytes = []) {
      open.set(recording.id, { recording, bytes });
      for (const waiter of waiting) {
        if (waiter.cameraId === recording.cameraId) waiter.wake();
      }
    },
    remove: (id) => void open.delete(id),
  };
}

/** The plain text of fragment `index` of a recording made by `record`. */
export function plainFragment(index: number): Buffer {
  const durationTicks = init.timescale / 25;
  const samples = Array.from({ length: 25 }, (_, frame) => ({
    data: Buffer.from(`picture ${frame} of fragment ${index}`),
    durationTicks,
    compositionOffsetTicks: 0,
    keyFrame: frame === 0,
  }));
  const decodeTimeTicks = index * init.timescale;
  return Buffer.from(writeFragment({ trackId: 1, sequence: index + 1, decodeTimeTicks, samples }));
}

/** Stores a sealed recording of one-second fragments, encrypted as a recorder does. */
export async function record(
  { deps }: House,
  camera: Camera,
  startAt: number,
  fragmentCount: number,
  header = init,
  plain = plainFragment,
): Promise<Recording> {
  const { records, blobs, keys, clock } = deps;
  const id = newId<RecordingId>(clock);
  const owner = { id, organizationId: camera.organizationId };
  const key = crypto.getRandomValues(new Uint8Array(16));
  const stored = Array.from({ length: fragmentCount }, (_, index) => encrypted(key, index, plain(index)));
  const fragments: Fragment[] = stored.map((bytes) => ({
    sizeBytes: bytes.length,
    durationTicks: header.timescale,
    frameCount: 25,
    sha256: hash(bytes),
  }));
  const object = Buffer.concat(stored);
  const recording: Recording = {
    ...owner,
    siteId: camera.siteId,
    cameraId: camera.id,
    startAt: branded<EpochMs>(startAt),
    endAt: branded<EpochMs>(startAt + fragmentCount * 1000),
    fragments,
    sizeBytes: object.length,
    sha256: hash(object),
    blobKey: `footage/${camera.organizationId}/${camera.id}/${id}.cmfv`,
    initSha256: header.sha256,
    wrappedKey: await keys.wrap(key, recordingKeyContext(owner)),
    retentionClass: 'idle',
    clock: { state: 'synchronized', offsetMs: 0 },
  };
  await blobs.put(recording.blobKey, object, recording);
  await records.initSegments.put(header);
  await records.recordings.insert(recording);
  return recording;
}

function encrypted(key: Uint8Array, index: number, plain: Buffer): Buffer {
  const iv = Buffer.alloc(16);
  iv.writeUInt32BE(index, 12);
  const cipher = createCipheriv('aes-128-cbc', key, iv);
  return Buffer.concat([cipher.update(plain), cipher.final()]);
}

function hash(bytes: Uint8Array): Sha256 {
  return branded<Sha256>(createHash('sha256').update(bytes).digest('hex'));
}
