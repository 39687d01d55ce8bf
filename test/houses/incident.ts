// A scene for tests of incidents: an organization, a site with cameras and channels, on SQL in memory.

import { inprocessEvents } from '../../src/adapters/inprocess/events.ts';
import { memoryBlobs } from '../../src/adapters/memory/blobs.ts';
import { manualClock } from '../../src/adapters/memory/clock.ts';
import { memoryKeys } from '../../src/adapters/memory/keys.ts';
import { type Database, openDatabase } from '../../src/adapters/sql/database.ts';
import { sqlRecords } from '../../src/adapters/sql/records.ts';
import type { Channel, ChannelTarget } from '../../src/core/alert/alert.ts';
import {
  branded,
  type CameraId,
  type ChannelId,
  type EpochMs,
  type MemberId,
  type OrganizationId,
  type SiteId,
  type TrackId,
} from '../../src/core/brand.ts';
import { type Sighting, wholePicture } from '../../src/core/detection/detection.ts';
import { newId } from '../../src/core/identifiers.ts';
import { newMember } from '../../src/core/organization/members.ts';
import { type Member, openPolicy } from '../../src/core/organization/organization.ts';
import type { LiveEvent } from '../../src/core/ports/events.ts';
import { silentLog } from '../../src/core/ports/log.ts';
import { secret } from '../../src/core/secret.ts';
import type { Camera } from '../../src/core/site/camera.ts';
import { type Arming, neverArmed } from '../../src/core/site/site.ts';

export const noon = branded<EpochMs>(Date.UTC(2026, 9, 3, 12));

/** A moment `seconds` after noon. */
export function at(seconds: number): EpochMs {
  return branded<EpochMs>(noon + seconds * 1000);
}

/** A picture that tells itself from others by `seed`. */
export function picture(seed: number): Uint8Array {
  return Uint8Array.from({ length: 4_000 }, (_, index) => (index * 7 + seed) % 256);
}

export type Scene = Awaited<ReturnType<typeof openScene>>;

/**
 * One site with `cameraCount` cameras named "Camera 1" and so on, disarmed; its clock stands at noon. In `given` where
 * a test has a database of its own.
 */
export async function openScene(cameraCount = 1, given?: Database) {
  const clock = manualClock(noon);
  const keys = memoryKeys();
  const database = given ?? (await openDatabase({ path: ':memory:', log: silentLog }));
  const records = sqlRecords({ database, keys, clock });
  const blobs = memoryBlobs();
  const events = inprocessEvents({ log: silentLog });
  const published: LiveEvent[] = [];
  events.subscribe((event) => {
    // Said again as long as somebody is there: it tells of no change.
    if (event.type !== 'presence') published.push(event);
  });
  const deps = { records, blobs, keys, clock, events, log: silentLog };

  const organizationId = newId<OrganizationId>(clock);
  const siteId = newId<SiteId>(clock);
  const memberId = newId<MemberId>(clock);
  const createdAt = at(-86_400);
  await records.organizations.insert({
    id: organizationId,
    name: 'Baker & Sons',
    createdAt,
    policy: openPolicy,
  });
  await records.sites.insert({
    id: siteId,
    organizationId,
    name: 'Bakery',
    timeZone: 'Europe/Berlin',
    ...neverArmed(createdAt),
    createdAt,
  });
  const cameras: Camera[] = [];
  for (let number = 1; number <= cameraCount; number += 1) {
    const id = newId<CameraId>(clock);
    const name = `Camera ${number}`;
    const camera = { id, organizationId, siteId, name, source: { kind: 'demo' }, enabled: true } as const;
    cameras.push({ ...camera, createdAt });
    await records.cameras.insert({ ...camera, createdAt });
  }

  let channelCount = 0;
  let memberCount = 0;
  return {
    ...deps,
    deps,
    database,
    published,
    organizationId,
    siteId,
    memberId,
    caller: { organizationId, reach: 'every-site' } as const,
    cameras,
    arm: (arming: Arming, seconds: number) =>
      records.sites.arm({
        ...{ siteId, arming, at: at(seconds), effectiveAt: at(seconds) },
        by: { kind: 'schedule' },
      }),
    async addChannel(target: ChannelTarget, name = 'Phone'): Promise<Channel> {
      channelCount += 1;
      const since = at(-86_400 + channelCount);
      const channel = { ...target, id: newId<ChannelId>(clock), organizationId, name, createdAt: since };
      await records.channels.insert(channel);
      return channel;
    },
    /** Somebody with a personal channel, unless `change` says otherwise. */
    async addMember(change: Partial<Member> = {}): Promise<Member> {
      memberCount += 1;
      const user = { id: `user ${memberCount}`, name: 'Ada', email: `ada${memberCount}@example.org` };
      const place = { organizationId, role: 'owner', siteIds: [siteId] } as const;
      const member = { ...newMember(clock, user, place), ...change };
      await records.members.insert(member);
      return member;
    },
    incidents: () => records.incidents.list({ organizationId, limit: 100 }),
    close: () => database.close(),
  };
}

export const email = { kind: 'email', address: 'owner@example.org' } as const;
export const webhook = {
  kind: 'webhook',
  url: 'https://hooks.example.org/vedette',
  signingSecret: secret(`whsec_${picture(1).subarray(0, 32).toBase64()}`),
} as const;

/** One person before one camera: makes the sightings of an episode. */
export function episode(scene: Pick<Scene, 'clock'>, camera: Camera | undefined, startSeconds: number) {
  if (camera === undefined) throw new Error('The scene has fewer cameras.');
  const trackId = newId<TrackId>(scene.clock);
  return (phase: Sighting['phase'], seconds: number, more: Partial<Sighting> = {}): Sighting => {
    const sighting = {
      phase,
      cameraId: camera.id,
      trackId,
      kind: 'person',
      startAt: at(startSeconds),
      lastSeenAt: at(seconds),
      bestScore: 0.5,
      bestBox: { x: 0.4, y: 0.4, width: 0.1, height: 0.3 },
      paths: [],
      snapshot: picture(startSeconds),
      ...more,
    } as const;
    const touches = sighting.kind === 'person' ? [wholePicture(sighting.startAt, sighting.lastSeenAt)] : [];
    return { touches, ...sighting };
  };
}
