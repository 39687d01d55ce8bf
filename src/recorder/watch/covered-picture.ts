// A picture of which some areas are never seen: they are painted over before anything is made of it.

import type { Point } from '../../core/detection/polygon.ts';
import type { Picture } from '../../core/ports/media.ts';

export type Area = readonly Point[];

/** `picture` with `areas` covered when it is first used: of most pictures nobody makes anything. */
export function coveredPicture(picture: Picture, areas: readonly Area[]): Picture {
  if (areas.length === 0) return picture;
  let isCovered = false;
  const covered = () => {
    if (!isCovered) picture.cover(areas);
    isCovered = true;
    return picture;
  };
  return {
    width: picture.width,
    height: picture.height,
    ptsTicks: picture.ptsTicks,
    cover: (more) => covered().cover(more),
    luma: (width, height, target) => covered().luma(width, height, target),
    rgb: async (width, height) => covered().rgb(width, height),
    jpeg: async (maxWidth) => covered().jpeg(maxWidth),
    release: () => picture.release(),
  };
}
