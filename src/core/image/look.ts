// Looking at a stored image: what a detector sees in it, judged by zones, and by the arming at the image's own time.

import { branded, type ImageId, type TrackId } from '../brand.ts';
import { overlap, foot } from '../detection/box.ts';
import { type Detection, type Touch, wholePicture } from '../detection/detection.ts';
import { contains } from '../detection/polygon.ts';
import type { Suppression } from '../detection/suppression.ts';
import { alarms, masksOf, watchedKinds, type Zone } from '../detection/zone.ts';
import { type Handled, handleTrigger, type TriggerDeps } from '../incident/handle-trigger.ts';
import type { Trigger } from '../incident/trigger.ts';
import type { Detector } from '../ports/detector.ts';
import type { Picture } from '../ports/media.ts';
import type { Stills } from '../ports/stills.ts';
import { type Room, within } from '../room.ts';
import type { CameraPlace } from '../site/camera.ts';
import { derivedId } from './derived-id.ts';
import { standing } from './format/exif.ts';
import { inspect, type Layout } from './format/inspect.ts';
import type { HourKeys } from './hour-keys.ts';
import { readPushedImage } from './image-object.ts';
import { codedAreas, shownBox } from './orientation.ts';
import type { ImageMediaType, PushedImage } from './pushed-image.ts';

export interface LookDeps extends TriggerDeps {
  readonly detector: Detector;
  readonly stills: Stills;
  /** Of all that this process decodes: `maxDecodedBytes`. */
  readonly decoding: Room;
  readonly hourKeys: HourKeys;
  /** Told of each image that was looked at, or cannot be. */
  readonly onLooked?: (outcome: 'done' | 'failed') => void;
}

/** A single image is not confirmed by the next one: it takes more to be believed than a frame of a film does. */
const leastScore = 0.45;
/** Shares at least this with the place of something that was judged false: the same. */
const samePlace = 0.5;
/** Of the picture that an incident shows, in pixels. */
const snapshotWidth = 1280;

type Area = ReturnType<typeof masksOf>[number];

const nothing: Handled = { opened: null, incident: null, cutCameras: [] };

/**
 * Looks at an image once; a repetition changes nothing. Errors: `detector-busy`, `not-ready`, `detector-unavailable`,
 * the reason of `signal` and those of the stores: the caller tries again.
 */
export async function lookAtImage(deps: LookDeps, imageId: ImageId, signal: AbortSignal): Promise<Handled> {
  const { records } = deps;
  const image = await records.pushedImages.find(imageId);
  if (image?.state !== 'stored' || image.look === 'done' || image.cameraId === null) return nothing;
  const camera = await records.cameras.place(image.cameraId);
  if (camera === null) return nothing;
  const inspected = inspect(await readPushedImage(deps, image), image.mediaType);
  if (!inspected.ok) {
    // Stored by a version that took larger ones.
    await records.pushedImages.looked(imageId, { look: 'failed', detections: [], incidentId: null });
    deps.onLooked?.('failed');
    return nothing;
  }
  const { layout } = inspected;
  // No more of us than the detector works on: behind all that is being taken in, a look would take too long.
  return within(deps.decoding, { bytes: layout.decodedBytes, signal, jumpsQueue: true }, async () => {
    const zones = (await records.zones.find(camera.id))?.zones ?? [];
    // They were drawn on what is seen.
    const masks = codedAreas(masksOf(zones), layout.orientation);
    const picture = await covered(deps.stills, { clean: layout.clean, mediaType: image.mediaType }, masks);
    try {
      return await lookAt(deps, { image, camera, zones, picture, layout });
    } finally {
      picture.release();
    }
  });
}

/** Before anything is made of it: what is masked nobody looks at. */
async function covered(
  stills: Stills,
  { clean, mediaType }: { readonly clean: Uint8Array; readonly mediaType: ImageMediaType },
  masks: readonly Area[],
): Promise<Picture> {
  const picture = await stills.decode(clean, mediaType);
  try {
    // What a PNG or a WebP decodes to may be of many formats, and not all of them can be painted on.
    if (masks.length > 0 && mediaType !== 'image/jpeg') {
      const jpeg = await picture.jpeg(picture.width);
      picture.release();
      return await covered(stills, { clean: jpeg, mediaType: 'image/jpeg' }, masks);
    }
    picture.cover(masks);
    return picture;
  } catch (error) {
    picture.release();
    throw error;
  }
}

async function lookAt(
  deps: LookDeps,
  { image, camera, zones, picture, layout }: Omit<Look, 'detections'>,
): Promise<Handled> {
  const { records, events } = deps;
  const suppressions = await records.suppressions.ofCamera(camera.id);
  const { width, height } = deps.detector.input;
  const found = await deps.detector.detect(await picture.rgb(width, height));
  // The detector looks at the picture as it is coded; zones, people and everything after mean what is seen.
  const seen = found.map((one) => ({ ...one, box: shownBox(one.box, layout.orientation) }));
  const detections = believable(seen, zones, suppressions);
  const handled = await judge(deps, { image, camera, zones, detections, picture, layout });
  const incidentId = handled.incident?.id ?? null;
  await keepTracks(deps, image, detections);
  await records.pushedImages.looked(image.id, { look: 'done', detections, incidentId });
  deps.onLooked?.('done');
  events.publish({ type: 'timeline-grew', organizationId: camera.organizationId, cameraId: camera.id });
  return handled;
}

/** What counts: sure enough, of a kind that is watched for, and not where it is not to be seen; pure. */
export function believable(
  seen: readonly Detection[],
  zones: readonly Zone[],
  suppressions: readonly Pick<Suppression, 'kind' | 'box'>[],
): readonly Detection[] {
  const kinds = watchedKinds(zones);
  return seen.filter(
    ({ kind, score, box }) =>
      score >= leastScore &&
      kinds.includes(kind) &&
      !zones.some(
        (zone) =>
          zone.kind === 'ignore' && zone.objectKinds.includes(kind) && contains(zone.points, foot(box)),
      ) &&
      !suppressions.some((one) => one.kind === kind && overlap(one.box, box) >= samePlace),
  );
}

/**
 * What of a detection alarms; pure. Who is in a zone now has been there as long as anybody knows: how long somebody must
 * stay cannot be told from one image. Nor can whether a line was crossed, so a camera that has only lines never alarms.
 */
export function touchesOf(
  { kind, box }: Detection,
  zones: readonly Zone[],
  { takenAt }: Pick<PushedImage, 'takenAt'>,
): readonly Touch[] {
  const alarming = zones.filter(alarms);
  if (alarming.length === 0) return kind === 'person' ? [wholePicture(takenAt, takenAt)] : [];
  return alarming.flatMap((zone): readonly Touch[] => {
    if (zone.kind !== 'watch' && zone.kind !== 'entry') return [];
    const counts =
      zone.objectKinds.includes(kind) && box.height >= zone.minHeight && contains(zone.points, foot(box));
    const { id: zoneId, kind: zoneKind, armings } = zone;
    return counts ? [{ zoneId, kind: zoneKind, armings, since: takenAt, until: takenAt }] : [];
  });
}

interface Look {
  readonly image: PushedImage;
  readonly camera: CameraPlace;
  readonly zones: readonly Zone[];
  readonly detections: readonly Detection[];
  readonly picture: Picture;
  readonly layout: Pick<Layout, 'orientation'>;
}

async function judge(
  deps: LookDeps,
  { image, camera, zones, detections, picture, layout }: Look,
): Promise<Handled> {
  const [best] = detections
    .filter((detection) => touchesOf(detection, zones, image).length > 0)
    .toSorted((a, b) => b.score - a.score);
  if (best === undefined) return nothing;
  const { takenAt } = image;
  const trigger: Trigger = {
    ...{ organizationId: camera.organizationId, siteId: camera.siteId },
    source: { by: 'camera', id: camera.id, name: camera.name },
    episodeId: image.id,
    // An image does not know whether somebody is gone: it ends no incident, which ends when nothing more comes.
    phase: 'continues',
    ...{ kind: best.kind, startAt: takenAt, lastSeenAt: takenAt, bestScore: best.score },
    touches: detections.flatMap((detection) => touchesOf(detection, zones, image)),
    snapshot: standing(await picture.jpeg(snapshotWidth), layout),
    felt: null,
  };
  return handleTrigger(deps, trigger);
}

/** On the time line what was seen is a mark, as what a recording camera saw. */
async function keepTracks(
  { records }: LookDeps,
  { id, cameraId, takenAt }: PushedImage,
  detections: readonly Detection[],
): Promise<void> {
  if (cameraId === null) return;
  const best = new Map<Detection['kind'], Detection>();
  for (const one of detections) if (one.score > (best.get(one.kind)?.score ?? 0)) best.set(one.kind, one);
  for (const { kind, score, box } of best.values()) {
    const trackId = await derivedId<TrackId>('track of a pushed image', id, kind);
    await records.tracks.put({
      ...{ id: trackId, cameraId, kind, startAt: takenAt },
      endAt: branded(takenAt + 1),
      ...{ bestScore: score, bestBox: box, paths: [] },
    });
  }
}
