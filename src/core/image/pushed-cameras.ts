// The cameras of integrators: made by the first image that names them, and the same ever after.

import type { CameraId } from '../brand.ts';
import type { Clock } from '../ports/clock.ts';
import type { Events } from '../ports/events.ts';
import type { Records } from '../ports/records.ts';
import { maxCameras } from '../site/cameras.ts';
import type { Accepted } from './accepted.ts';
import { derivedId } from './derived-id.ts';
import type { Places } from './places.ts';
import type { QuarantineReason } from './pushed-image.ts';

/** What a camera is called whose integrator gives it no name. */
export const unnamedCamera = 'Pushed images';
/** Cameras that images may make in an organization: names with a counter in them must not use up all there may be. */
export const maxPushedCameras = 200;

export interface CameraDeps {
  readonly records: Records;
  readonly clock: Clock;
  readonly events: Events;
  readonly places: Places;
}

export type FoundCamera =
  | { readonly cameraId: CameraId }
  | { readonly fault: Extract<QuarantineReason, 'site-gone' | 'camera-gone' | 'too-many-cameras'> };

/** The camera that an accepted image is of; made where an integrator names it for the first time. Errors: the records'. */
export async function cameraOf(deps: CameraDeps, accepted: Accepted): Promise<FoundCamera> {
  const { camera, organizationId, siteId } = accepted;
  if (camera.kind === 'id') {
    const place = await deps.places.camera(camera.id);
    const isTheirs = place?.organizationId === organizationId && place.siteId === siteId;
    return isTheirs ? { cameraId: camera.id } : { fault: 'camera-gone' };
  }
  const id = await pushedCameraId(accepted, camera.name);
  if ((await deps.places.camera(id)) !== null) return { cameraId: id };
  return makeCamera(deps, accepted, { id, name: camera.name });
}

/** The id of the camera that has this name at a site, whatever it is called there today. */
export function pushedCameraId(
  { organizationId, siteId }: Pick<Accepted, 'organizationId' | 'siteId'>,
  name: string,
): Promise<CameraId> {
  return derivedId('pushed camera', organizationId, siteId, name.toLowerCase());
}

async function makeCamera(
  { records, clock, events, places }: CameraDeps,
  { organizationId, siteId }: Accepted,
  { id, name }: { id: CameraId; name: string },
): Promise<FoundCamera> {
  const fault = await records.transaction(async (tx) => {
    if ((await tx.cameras.place(id)) !== null) return null;
    const site = await tx.sites.find(siteId);
    if (site?.organizationId !== organizationId) return 'site-gone';
    const isFull =
      (await tx.cameras.count(organizationId)) >= maxCameras ||
      (await tx.cameras.count(organizationId, 'pushed')) >= maxPushedCameras;
    if (isFull) return 'too-many-cameras';
    const source = { kind: 'pushed' } as const;
    const createdAt = clock.now();
    await tx.cameras.insert({ id, organizationId, siteId, name, source, enabled: true, createdAt });
    return null;
  });
  places.forget();
  if (fault !== null) return { fault };
  events.publish({ type: 'camera-changed', organizationId, cameraId: id, siteId });
  return { cameraId: id };
}
