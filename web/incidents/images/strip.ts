// The images of an incident: those that were pushed of its cameras while it is held, and which of many stand in the strip. Pure.

import type { CameraImage } from '../../../src/http/contract/images.ts';

/** Pictures in the strip: a browser loads those in sight, and nobody looks through more. */
export const mostInStrip = 120;
/** Longest span that is asked for, in ms: what one answer has. */
const longestMs = 24 * 3_600_000;

export interface StripImage extends Pick<CameraImage, 'id' | 'width' | 'height' | 'detections'> {
  readonly at: number;
  readonly camera: { readonly id: string; readonly name: string };
}

/** The span to ask for: what the incident holds, whole milliseconds, of a long one the first day. */
export function stripSpan(clip: { readonly from: number; readonly to: number }): {
  from: number;
  to: number;
} {
  const from = Math.floor(clip.from);
  return { from, to: Math.min(Math.ceil(clip.to), from + longestMs) };
}

/** Images of several cameras by the time they were taken. */
export function inOneRow(
  ofCameras: readonly { readonly camera: StripImage['camera']; readonly images: readonly CameraImage[] }[],
): readonly StripImage[] {
  return ofCameras
    .flatMap(({ camera, images }) =>
      images.map(({ id, takenAt, width, height, detections }) => ({
        ...{ id, width, height, detections, camera },
        at: takenAt,
      })),
    )
    .toSorted((a, b) => a.at - b.at);
}

/** At most so many, in order: first those in which something was seen, then others, evenly from all of the time. */
export function thinned<T extends Pick<StripImage, 'detections'>>(
  images: readonly T[],
  most: number,
): readonly T[] {
  if (images.length <= most) return images;
  const seen = evenly(
    images.filter(({ detections }) => detections.length > 0),
    most,
  );
  const others = evenly(
    images.filter(({ detections }) => detections.length === 0),
    most - seen.length,
  );
  const kept = new Set([...seen, ...others]);
  return images.filter((image) => kept.has(image));
}

function evenly<T>(all: readonly T[], most: number): readonly T[] {
  if (all.length <= most) return all;
  return all.filter(
    (_, index) => Math.floor((index * most) / all.length) !== Math.floor(((index - 1) * most) / all.length),
  );
}
