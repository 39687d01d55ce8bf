// Rows for the suite of the records: valid ones, each with an id of its own.

import type { Alert, Channel } from '../../src/core/alert/alert.ts';
import {
  type Brand,
  branded,
  type DeviceId,
  type EpochMs,
  type IncidentId,
  type Sha256,
} from '../../src/core/brand.ts';
import type { Actuator, Sensor } from '../../src/core/device/device.ts';
import type { Track } from '../../src/core/detection/detection.ts';
import type { Gap, Hold, InitSegment, Recording } from '../../src/core/footage/recording.ts';
import type { Image } from '../../src/core/image/image.ts';
import type { Incident } from '../../src/core/incident/incident.ts';
import type { ImageSource } from '../../src/core/image/image-source.ts';
import type { AccessKey } from '../../src/core/organization/access-key.ts';
import type { Invitation } from '../../src/core/organization/invitation.ts';
import type { Member, Organization } from '../../src/core/organization/organization.ts';
import type { Provider } from '../../src/core/organization/provider.ts';
import type { Records, Span } from '../../src/core/ports/records.ts';
import { secret } from '../../src/core/secret.ts';
import type { Camera } from '../../src/core/site/camera.ts';
import { neverArmed, type Site } from '../../src/core/site/site.ts';

let made = 0;

/** A siren over a webhook, that sounds whenever the site is armed. */
export function siren(of: Site, change: Partial<Actuator> = {}): Actuator {
  return {
    ...{ id: id<DeviceId>(), organizationId: of.organizationId, siteId: of.id, name: 'Siren', kind: 'siren' },
    ...{ enabled: true, link: { via: 'webhook', url: 'https://siren.example.org/' } },
    ...{ armings: ['armed-home', 'armed-away'], minimumSeverity: 'normal', durationSeconds: 60 },
    ...{ createdAt: at(0), lastSeenAt: null },
    ...change,
  };
}

/** A door contact over a webhook. */
export function sensor(of: Site, change: Partial<Sensor> = {}): Sensor {
  return {
    ...{ id: id<DeviceId>(), organizationId: of.organizationId, siteId: of.id, name: 'Front door' },
    ...{
      kind: 'sensor',
      senses: 'opening',
      role: 'watch',
      enabled: true,
      link: { via: 'webhook', url: null },
    },
    ...{ armings: ['armed-home', 'armed-away'], state: null, createdAt: at(0), lastSeenAt: null },
    ...change,
  };
}

/** A fresh id; later ones sort later, as real ones do. */
export function id<B extends Brand<string, string>>(): B {
  made += 1;
  return branded<Brand<string, string>>(`00000000-0000-7000-8000-${String(made).padStart(12, '0')}`) as B;
}

export const at = (ms: number) => branded<EpochMs>(Date.UTC(2026, 0, 1) + ms);
export const span = (startMs: number, endMs: number): Span => ({ startAt: at(startMs), endAt: at(endMs) });
export const hash = (byte: number) => branded<Sha256>((byte & 0xff).toString(16).padStart(2, '0').repeat(32));

/** One that no other row has. */
const uniqueHash = () => branded<Sha256>(made.toString(16).padStart(64, '0'));

export const organization = (): Organization => ({
  id: id(),
  name: 'Bäckerei Süß',
  createdAt: at(0),
  policy: { requireSecondFactor: false },
});

export const member = (of: Organization, change: Partial<Member> = {}): Member => ({
  id: id(),
  organizationId: of.id,
  userId: `user ${made}`,
  name: 'Ada',
  email: 'ada@example.org',
  phone: null,
  role: 'admin',
  siteIds: [],
  createdAt: at(0),
  lastSeenAt: null,
  ...change,
});

export const invitation = (of: Pick<Organization, 'id'>, change: Partial<Invitation> = {}): Invitation => ({
  id: id(),
  organizationId: of.id,
  email: `guest${made}@example.org`,
  role: 'viewer',
  siteIds: [],
  invitedBy: id(),
  createdAt: at(0),
  expiresAt: at(1_000),
  tokenSha256: uniqueHash(),
  ...change,
});

export const provider = (of: Organization, change: Partial<Provider> = {}): Provider => ({
  id: id(),
  organizationId: of.id,
  name: 'Acme Entra',
  issuer: 'https://login.example.org/acme',
  clientId: 'vedette',
  clientSecret: secret('correct horse'),
  domains: [`acme${made}.example`],
  roleClaim: null,
  roleByValue: {},
  defaultRole: null,
  createdAt: at(0),
  ...change,
});

export const accessKey = (of: Organization, change: Partial<AccessKey> = {}): AccessKey => ({
  id: id(),
  organizationId: of.id,
  name: 'Importer',
  permissions: ['view', 'export'],
  siteIds: null,
  createdBy: id(),
  createdAt: at(0),
  expiresAt: at(1_000),
  lastUsedAt: null,
  start: 'vdt_abcdef',
  sha256: uniqueHash(),
  ...change,
});

export const imageSource = (of: Organization, change: Partial<ImageSource> = {}): ImageSource => ({
  ...{ id: id(), organizationId: of.id, name: 'Gatehouse', siteIds: null, createdBy: id() },
  ...{ createdAt: at(0), renewedAt: at(0), lastUsedAt: null, secret: secret('vds_signs') },
  ...change,
});

export const site = (of: Pick<Organization, 'id'>, change: Partial<Site> = {}): Site => ({
  id: id(),
  organizationId: of.id,
  name: 'Yard',
  timeZone: 'Europe/Berlin',
  ...neverArmed(at(0)),
  createdAt: at(0),
  ...change,
});

export const camera = (of: Site, change: Partial<Camera> = {}): Camera => ({
  id: id(),
  organizationId: of.organizationId,
  siteId: of.id,
  name: 'Gate',
  source: { kind: 'demo' },
  enabled: true,
  createdAt: at(0),
  ...change,
});

type OfCamera = Pick<Camera, 'id' | 'organizationId' | 'siteId'>;

const place = (of: OfCamera) => ({
  organizationId: of.organizationId,
  siteId: of.siteId,
  cameraId: of.id,
});

export const recording = (of: OfCamera, when: Span, change: Partial<Recording> = {}): Recording => ({
  id: id(),
  ...place(of),
  ...when,
  fragments: [
    { sizeBytes: 300_000, durationTicks: 90_000, frameCount: 25, sha256: hash(made) },
    { sizeBytes: 0, durationTicks: 2 ** 33, frameCount: 1, sha256: hash(made + 1) },
  ],
  sizeBytes: 300_000,
  sha256: hash(made),
  blobKey: `footage/${made}`,
  initSha256: hash(9),
  wrappedKey: { epoch: 3, ciphertext: 'AAEC_-8' },
  retentionClass: 'idle',
  clock: { state: 'synchronized', offsetMs: -0.25 },
  ...change,
});

export const gap = (of: OfCamera, when: Span): Gap => ({
  id: id(),
  ...place(of),
  ...when,
  cause: 'source-unreachable',
});

export const initSegment = (): InitSegment => ({
  sha256: hash(9),
  bytes: Uint8Array.from({ length: 256 }, (_, i) => i),
  codec: 'avc1.640028',
  width: 1920,
  height: 1080,
  timescale: 90_000,
});

export const hold = (of: OfCamera, incidentId: IncidentId, when: Span): Hold => ({
  id: id(),
  organizationId: of.organizationId,
  cameraId: of.id,
  incidentId,
  ...when,
});

export const track = (of: OfCamera, when: Span): Track => ({
  id: id(),
  cameraId: of.id,
  kind: 'person',
  ...when,
  bestScore: 0.625,
  bestBox: { x: 0.1, y: 0.2, width: 0.3, height: 0.4 },
  paths: [],
});

export const image = (of: OfCamera, takenAt: EpochMs): Image => ({
  id: id(),
  ...place(of),
  at: takenAt,
  mediaType: 'image/jpeg',
  blobKey: `images/${made}`,
  sizeBytes: 4_096,
  sha256: hash(made),
  wrappedKey: { epoch: 1, ciphertext: 'AAEC' },
});

export const incident = (of: OfCamera, change: Partial<Incident> = {}): Incident => ({
  id: id(),
  organizationId: of.organizationId,
  siteId: of.siteId,
  cameraIds: [of.id],
  sensorIds: [],
  state: 'open',
  resolution: null,
  kind: 'person',
  severity: 'normal',
  assigneeId: null,
  escalation: 0,
  level: 0,
  bestScore: 0.5,
  startAt: at(0),
  lastSeenAt: at(1_000),
  endAt: null,
  openedAt: at(500),
  snapshotId: null,
  ...change,
});

export const channel = (of: Organization): Channel => ({
  id: id(),
  organizationId: of.id,
  name: 'Me',
  createdAt: at(0),
  kind: 'email',
  address: 'ada@example.org',
});

export const alert = (of: Incident, over: Channel): Alert => ({
  id: id(),
  organizationId: of.organizationId,
  incidentId: of.id,
  channelId: over.id,
  kind: over.kind,
  memberId: null,
  occasion: 'opened',
  state: 'waiting',
  attempts: 0,
  createdAt: at(0),
  handedOverAt: null,
  problem: null,
});

/** An organization with a site and a camera in it, stored. */
export async function household(records: Records) {
  const of = organization();
  await records.organizations.insert(of);
  const yard = site(of);
  await records.sites.insert(yard);
  const gate = camera(yard);
  await records.cameras.insert(gate);
  return { organization: of, site: yard, camera: gate };
}
