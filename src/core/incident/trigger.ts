// A trigger is what may open, join or follow an incident: a camera's sighting, or what a sensor felt.

import type { CameraId, DeviceId, EpochMs, OrganizationId, SiteId } from '../brand.ts';
import type { Sighting, Touch } from '../detection/detection.ts';
import type { CameraPlace } from '../site/camera.ts';
import type { IncidentKind } from './incident.ts';

/** Who noticed something. */
export type TriggerSource =
  | { readonly by: 'camera'; readonly id: CameraId; readonly name: string }
  | { readonly by: 'sensor'; readonly id: DeviceId; readonly name: string };

export interface Trigger {
  readonly organizationId: OrganizationId;
  readonly siteId: SiteId;
  readonly source: TriggerSource;
  /** The same over all triggers of one episode: the track of a sighting, the event of a sensor. */
  readonly episodeId: string;
  /** What a sensor feels is a moment: it has ended as it began. */
  readonly phase: Sighting['phase'];
  readonly kind: IncidentKind;
  readonly startAt: EpochMs;
  readonly lastSeenAt: EpochMs;
  /** 0 where no camera saw it. */
  readonly bestScore: number;
  readonly touches: readonly Touch[];
  /** JPEG; null where there is none. */
  readonly snapshot: Uint8Array | null;
  /** What happened, as the history of the incident tells it: "was opened"; null where it was seen. */
  readonly felt: string | null;
}

/** The trigger of a camera's sighting. */
export function sightingTrigger(camera: CameraPlace, sighting: Sighting): Trigger {
  const { phase, kind, startAt, lastSeenAt, bestScore, touches, snapshot } = sighting;
  return {
    organizationId: camera.organizationId,
    siteId: camera.siteId,
    source: { by: 'camera', id: camera.id, name: camera.name },
    episodeId: sighting.trackId,
    ...{ phase, kind, startAt, lastSeenAt, bestScore, touches, snapshot },
    felt: null,
  };
}

/** Where its touches were. */
export function touchedPlace({ siteId, source }: Trigger): { siteId: SiteId; cameraId: CameraId | null } {
  return { siteId, cameraId: source.by === 'camera' ? source.id : null };
}

/** What it adds to the history of an incident; `again` where its source is part of that already. */
export function triggerWords(
  { source, kind, felt }: Pick<Trigger, 'source' | 'kind' | 'felt'>,
  again = false,
): string {
  if (felt !== null) return `${source.name} ${felt}${again ? ' again' : ''}.`;
  const who = kind === 'vehicle' ? 'A vehicle' : kind === 'animal' ? 'An animal' : 'A person';
  return `${who} was seen ${again ? 'again ' : ''}by ${source.name}.`;
}
