// Two organizations and everybody who could call: what the access law is walked with.

import { createHash } from 'node:crypto';
import {
  type AuthorityLetterId,
  type AccessKeyId,
  branded,
  type ChannelId,
  type EpochMs,
  type ImageId,
  type OrganizationId,
  type ProviderId,
  type RecordingId,
  type SiteId,
  type SuppressionId,
} from '../../src/core/brand.ts';
import type { InitSegment } from '../../src/core/footage/recording.ts';
import { newId } from '../../src/core/identifiers.ts';
import { sealImage } from '../../src/core/image/image-object.ts';
import type { Incident } from '../../src/core/incident/incident.ts';
import { imageContext } from '../../src/core/incident/snapshot.ts';
import type { AccessKey, MachinePermission } from '../../src/core/organization/access-key.ts';
import { newMember } from '../../src/core/organization/members.ts';
import type { Member, Organization, Role } from '../../src/core/organization/organization.ts';
import { newToken, tokenSha256 } from '../../src/core/organization/token.ts';
import { seal } from '../../src/core/seal.ts';
import { secret } from '../../src/core/secret.ts';
import type { Camera } from '../../src/core/site/camera.ts';
import { cameraPictureKey } from '../../src/core/site/camera-cache.ts';
import type { Site } from '../../src/core/site/site.ts';
import { cookieOf, type House, password, record, startMs } from './http.ts';
import * as rows from './rows.ts';
import { smallJpeg } from './stills.ts';

/** A tenant: everything at its site bears its mark, so that a leak shows wherever it comes out. */
export interface Tenant {
  readonly mark: string;
  readonly organization: Organization;
  /** Where all objects are. */
  readonly site: Site;
  /** Where nothing is. */
  readonly elsewhere: Site;
}

/** An organization with two sites; `requireSecondFactor` is its rule. */
export async function makeTenant(
  { deps }: House,
  mark: string,
  requireSecondFactor = false,
): Promise<Tenant> {
  const { records, clock } = deps;
  const organization: Organization = {
    ...rows.organization(),
    id: newId<OrganizationId>(clock),
    name: mark.toUpperCase(),
    policy: { requireSecondFactor },
  };
  await records.organizations.insert(organization);
  const [site, elsewhere] = [`${mark} site`, 'Elsewhere'].map((name) =>
    rows.site(organization, { id: newId<SiteId>(clock), name }),
  ) as [Site, Site];
  await records.sites.insert(site);
  await records.sites.insert(elsewhere);
  return { mark, organization, site, elsewhere };
}

/** Somebody with an account, a membership and a session by password. */
export async function makePerson(
  house: House,
  { organization }: Tenant,
  role: Role,
  siteIds: readonly SiteId[] = [],
): Promise<{ cookie: string; member: Member; email: string }> {
  const { accounts, records, clock } = house.deps;
  const email = `${crypto.randomUUID()}@people.example`;
  const user = await accounts.create({ name: role, email, password: secret(password) });
  const member = newMember(clock, user, { organizationId: organization.id, role, siteIds });
  await records.members.insert(member);
  return { cookie: await house.signIn(email), member, email };
}

/** A session that the organization's own provider vouched for. */
export async function vouchedFor(
  { deps }: House,
  { organization }: Tenant,
  { userId }: Member,
): Promise<string> {
  const providerId = newId<ProviderId>(deps.clock);
  await deps.records.providers.insert(rows.provider(organization, { id: providerId }));
  const signIn = {
    userId,
    providerId,
    organizationId: organization.id,
    subject: userId,
    providerSessionId: null,
  };
  const headers = await deps.identity.signInFromProvider(signIn, new Headers());
  return cookieOf(new Response(null, { headers }));
}

/** An access key as it is sent. */
export async function makeKey(
  { deps }: House,
  { organization }: Tenant,
  createdBy: Member,
  permissions: readonly MachinePermission[],
  change: Partial<AccessKey> = {},
): Promise<string> {
  const key = newToken('vdt_');
  const now = deps.clock.now();
  await deps.records.accessKeys.insert({
    id: newId<AccessKeyId>(deps.clock),
    organizationId: organization.id,
    name: 'Machine',
    permissions,
    siteIds: null,
    createdBy: createdBy.id,
    createdAt: now,
    expiresAt: branded<EpochMs>(now + 86_400_000),
    lastUsedAt: null,
    start: 'vdt_......',
    sha256: await tokenSha256(key.reveal()),
    ...change,
  });
  return key.reveal();
}

/** Ids as addresses and bodies name them. */
export type Names = Readonly<Record<string, string>>;

/** Fresh objects of a tenant, of every kind that an address can name. */
export async function makeObjects(house: House, tenant: Tenant): Promise<Names> {
  const { records, clock } = house.deps;
  const { organization, site, mark } = tenant;
  const camera = rows.camera(site, { id: newId(clock), name: `${mark} camera` });
  await records.cameras.insert(camera);
  const footage = await makeFootage(house, camera);
  const incident = rows.incident(camera, { id: newId(clock), snapshotId: await makeImage(house, camera) });
  await records.incidents.insert(incident);
  const device = rows.siren(site, { id: newId(clock), name: `${mark} siren` });
  await records.devices.insert(device, secret(`whsec_${'A'.repeat(32)}`));
  const suppressionId = newId<SuppressionId>(clock);
  await records.suppressions.insert({
    ...{ id: suppressionId, organizationId: organization.id, siteId: site.id, cameraId: camera.id },
    ...{ kind: 'person', box: { x: 0, y: 0, width: 0.5, height: 0.5 }, createdAt: clock.now() },
    ...{ by: newId(clock), incidentId: incident.id },
  });
  const channelId = newId<ChannelId>(clock);
  const channel = { ...rows.channel(organization), id: channelId, name: `${mark} channel` };
  await records.channels.insert(channel);
  const member = rows.member(organization, {
    ...{ id: newId(clock), role: 'viewer', siteIds: [site.id], name: `${mark} viewer` },
    userId: crypto.randomUUID(),
    email: `${mark}-${crypto.randomUUID()}@people.example`,
  });
  await records.members.insert(member);
  const invitation = rows.invitation(organization, {
    ...{ id: newId(clock), siteIds: [site.id], email: `${mark}-${crypto.randomUUID()}@people.example` },
    expiresAt: branded<EpochMs>(clock.now() + 86_400_000),
  });
  await records.invitations.insert(invitation);
  const provider = rows.provider(organization, { id: newId(clock), name: `${mark} provider` });
  await records.providers.insert(provider);
  const key = rows.accessKey(organization, { id: newId(clock), name: `${mark} key` });
  await records.accessKeys.insert(key);
  const source = rows.imageSource(organization, {
    id: newId(clock),
    name: `${mark} source`,
    createdBy: member.id,
  });
  await records.imageSources.insert(source);
  return {
    siteId: site.id,
    cameraId: camera.id,
    ...footage,
    index: '0',
    incidentId: incident.id,
    suppressionId,
    letterId: await makeLetter(house, incident, camera),
    channelId: channel.id,
    memberId: member.id,
    invitationId: invitation.id,
    providerId: provider.id,
    accessKeyId: key.id,
    imageSourceId: source.id,
    ...nobodys(house),
    imageId: await makePushedImage(house, camera),
    deviceId: device.id,
  };
}

/** Names of nothing: of the same form. */
export function missingNames(house: House): Names {
  const random = () => newId(house.deps.clock);
  return {
    ...{ siteId: random(), cameraId: random(), recordingId: random(), index: '0' },
    sha256: createHash('sha256').update(random()).digest('hex'),
    suppressionId: random(),
    letterId: random(),
    ...{ incidentId: random(), channelId: random(), memberId: random(), invitationId: random() },
    ...{ providerId: random(), accessKeyId: random(), imageId: random(), imageSourceId: random() },
    ...nobodys(house),
  };
}

/** Objects of accounts: only their owners can name one that is there. */
function nobodys({ deps }: House): Names {
  return { sessionId: newId(deps.clock), passkeyId: newId(deps.clock), deviceId: newId(deps.clock) };
}

/** Takes away what `makeObjects` made, as far as there are limits to how much of it there may be. */
export async function clearObjects({ deps }: House, names: Names): Promise<void> {
  const { channels, providers, accessKeys, imageSources, cameras, invitations, devices } = deps.records;
  await invitations.take(branded(names.invitationId ?? ''));
  await channels.delete(branded(names.channelId ?? ''));
  await providers.delete(branded(names.providerId ?? ''));
  await accessKeys.delete(branded(names.accessKeyId ?? ''));
  await imageSources.delete(branded(names.imageSourceId ?? ''));
  await cameras.delete(branded(names.cameraId ?? ''));
  await devices.delete(branded(names.deviceId ?? ''));
}

/** A sealed recording with a header of its own, an open one that is live, and the newest picture. */
async function makeFootage(house: House, camera: Camera): Promise<Names> {
  const { deps } = house;
  const bytes = crypto.getRandomValues(new Uint8Array(64));
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const init: InitSegment = {
    ...{ sha256: branded(sha256), bytes, codec: 'avc1.640028' },
    ...{ width: 640, height: 360, timescale: 90_000 },
  };
  const recording = await record(house, camera, startMs, 3, init);
  deps.openFootage.show({
    id: newId<RecordingId>(deps.clock),
    cameraId: camera.id,
    startAt: branded<EpochMs>(deps.clock.now() - 2_000),
    init,
    wrappedKey: recording.wrappedKey,
    fragments: recording.fragments,
  });
  await deps.cache.set(cameraPictureKey(camera.id), new Uint8Array([0xff, 0xd8]), 3_600_000);
  return { recordingId: recording.id, sha256 };
}

/** A letter to an authority that failed, so that it can be tried again. */
async function makeLetter(
  { deps: { records, clock } }: House,
  { id: incidentId, organizationId, siteId }: Incident,
  camera: Camera,
): Promise<AuthorityLetterId> {
  const id = newId<AuthorityLetterId>(clock);
  await records.authorityLetters.insert({
    ...{ id, organizationId, siteId, incidentId, memberId: newId(clock), cameraIds: [camera.id] },
    recipient: { name: '', office: 'Police', email: 'police@example.org' },
    ...{ reference: '', text: '', state: 'failed', attempts: 1, problem: 'Refused.', sentAt: null },
    coverMasks: true,
    span: { startAt: branded<EpochMs>(startMs), endAt: branded<EpochMs>(startMs + 1_000) },
    createdAt: clock.now(),
  });
  return id;
}

async function makeImage({ deps }: House, camera: Camera): Promise<ImageId> {
  const id = newId<ImageId>(deps.clock);
  const { organizationId } = camera;
  const sealed = await seal(deps.keys, new Uint8Array([0xff, 0xd8]), imageContext({ organizationId, id }));
  const sha256 = branded<InitSegment['sha256']>(createHash('sha256').update(sealed.bytes).digest('hex'));
  const stored = { blobKey: `images/${id}.jpg`, sizeBytes: sealed.bytes.byteLength, sha256 };
  await deps.blobs.put(stored.blobKey, sealed.bytes, stored);
  const image = rows.image(camera, deps.clock.now());
  await deps.records.images.insert({ ...image, id, ...stored, wrappedKey: sealed.wrappedKey });
  return id;
}

/** An image that was pushed and stored. */
async function makePushedImage({ deps }: House, camera: Camera): Promise<ImageId> {
  const id = newId<ImageId>(deps.clock);
  const { organizationId, siteId } = camera;
  const place = { stage: 'stored', way: 'http', organizationId } as const;
  const plain = smallJpeg();
  const { bytes, object } = await sealImage(deps.intake.hourKeys, place, {
    id,
    folder: 'images/http',
    plain,
  });
  await deps.blobs.put(object.blobKey, bytes, object);
  const at = branded<EpochMs>(startMs);
  await deps.records.pushedImages.insertNew([
    {
      ...{
        id,
        organizationId,
        siteId,
        cameraId: camera.id,
        way: 'http',
        pushedBy: newId(deps.clock),
        object,
      },
      ...{ state: 'stored', reason: null, wrongHeader: null, takenAt: at, receivedAt: at, destroyedAt: null },
      ...{ mediaType: 'image/jpeg', width: 8, height: 8, isStripped: false },
      ...{ look: 'waiting', detections: [], incidentId: null },
    },
  ]);
  return id;
}
