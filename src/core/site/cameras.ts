// Cameras: listing, adding, changing and removing them, and what the recorder last said of them.

import { branded, type CameraId, type EpochMs, type OrganizationId, type SiteId } from '../brand.ts';
import { VedetteError } from '../errors.ts';
import { orWithoutCache } from '../guarded.ts';
import { newId } from '../identifiers.ts';
import { isOwned, owned, ownedSite, type Scope } from '../organization/access.ts';
import type { Cache } from '../ports/cache.ts';
import type { Clock } from '../ports/clock.ts';
import type { Events } from '../ports/events.ts';
import type { Records } from '../ports/records.ts';
import type { Camera, CameraStatus } from './camera.ts';
import { cameraStatusKey } from './camera-cache.ts';
import type { CameraPolicy } from './camera-policy.ts';
import { type CameraSourceInput, cameraSource } from './camera-source.ts';

/** Most cameras of one organization: bounds every list that shows them all. */
export const maxCameras = 1000;

/** A camera that is not stored yet. Errors: `request-invalid` and `source-refused` (source). */
export function newCamera(
  { clock, cameraPolicy }: { clock: Clock; cameraPolicy: CameraPolicy },
  input: { organizationId: OrganizationId; siteId: SiteId; name: string; source: CameraSourceInput },
): Camera {
  return {
    id: newId<CameraId>(clock),
    organizationId: input.organizationId,
    siteId: input.siteId,
    name: input.name,
    source: cameraSource(cameraPolicy, input.source),
    enabled: true,
    createdAt: clock.now(),
  };
}

/** All cameras at sites that the caller reaches. */
export async function listCameras(
  { records }: { records: Records },
  caller: Scope,
): Promise<readonly Camera[]> {
  const cameras = await records.cameras.list(caller.organizationId);
  return cameras.filter((camera) => isOwned(camera, caller));
}

/** Adds a camera to a site. Errors: `not-found` (the site), `request-invalid` and `source-refused`, `conflict` (too many). */
export async function addCamera(
  deps: { records: Records; clock: Clock; events: Events; cameraPolicy: CameraPolicy },
  caller: Scope,
  input: { siteId: SiteId; name: string; source: CameraSourceInput },
): Promise<Camera> {
  const { records, events } = deps;
  const { organizationId } = caller;
  const camera = newCamera(deps, { organizationId, ...input });
  // Keys may be a network away: a transaction must not wait for them.
  await records.cameras.seal(camera);
  await records.transaction(async (tx) => {
    ownedSite(await tx.sites.find(input.siteId), caller);
    if ((await tx.cameras.count(organizationId)) >= maxCameras) {
      throw new VedetteError('conflict', `An organization has at most ${maxCameras} cameras.`);
    }
    await tx.cameras.insert(camera);
  });
  publishChange(events, camera);
  return camera;
}

/** Changes what is given, leaves the rest. Errors: `not-found`, `request-invalid` and `source-refused` (source). */
export async function changeCamera(
  { records, events, cameraPolicy }: { records: Records; events: Events; cameraPolicy: CameraPolicy },
  caller: Scope,
  input: {
    cameraId: CameraId;
    name?: string | undefined;
    enabled?: boolean | undefined;
    source?: CameraSourceInput | undefined;
  },
): Promise<Camera> {
  // Two statements, each whole by itself: a transaction would wait for the keys of the password.
  const before = owned(await records.cameras.find(input.cameraId), caller);
  const change = {
    ...(input.name === undefined ? {} : { name: input.name }),
    ...(input.enabled === undefined ? {} : { enabled: input.enabled }),
    ...(input.source === undefined
      ? {}
      : { source: cameraSource(cameraPolicy, input.source, before.source) }),
  };
  await records.cameras.update(before.id, change);
  const camera = { ...before, ...change };
  publishChange(events, camera);
  return camera;
}

/** Removes a camera; its footage stays until it expires. Errors: `not-found`. */
export async function removeCamera(
  { records, events }: { records: Records; events: Events },
  caller: Scope,
  { cameraId }: { cameraId: CameraId },
): Promise<void> {
  const camera = owned(await records.cameras.find(cameraId), caller);
  await records.cameras.delete(camera.id);
  publishChange(events, camera);
}

/** What the recorder last said of a camera; where it has said nothing yet, what must be so. */
export async function cameraStatus({ cache }: { cache: Cache }, camera: Camera): Promise<CameraStatus> {
  const bytes = await orWithoutCache(() => cache.get(cameraStatusKey(camera.id)), null);
  // Our own recorder wrote it, with the same type.
  const told: CameraStatus | null = bytes === null ? null : JSON.parse(new TextDecoder().decode(bytes));
  // Between a change of `enabled` and the recorder's answer the cache says what was.
  if (told !== null && (told.state === 'disabled') === !camera.enabled) return told;
  return {
    cameraId: camera.id,
    state: !camera.enabled ? 'disabled' : camera.source.kind === 'pushed' ? 'receiving' : 'starting',
    since: told?.since ?? branded<EpochMs>(camera.createdAt),
    problem: null,
    notice: null,
    picture: null,
    framesPerSecond: 0,
    bitsPerSecond: 0,
    lastFragmentAt: told?.lastFragmentAt ?? null,
    detection: 'waiting',
  };
}

/**
 * The status while no process records, since then: what the recorder last said is a memory, and the camera is not to
 * blame.
 */
export function withoutRecorder(camera: Camera, status: CameraStatus, since: EpochMs): CameraStatus {
  if (!camera.enabled || camera.source.kind === 'pushed') return status;
  const { code, message: detail } = new VedetteError(
    'recorder-missing',
    'No recorder runs: nothing is recorded. It goes on by itself as soon as one does.',
  );
  const problem = { code, detail, nextTryAt: null };
  const still = { framesPerSecond: 0, bitsPerSecond: 0, detection: 'waiting' } as const;
  return { ...status, ...still, state: 'offline', since, problem, notice: null };
}

function publishChange(events: Events, camera: Camera): void {
  events.publish({
    type: 'camera-changed',
    organizationId: camera.organizationId,
    cameraId: camera.id,
    siteId: camera.siteId,
  });
}
