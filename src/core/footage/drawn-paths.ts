// The paths of many tracks, in no more points than one answer should carry.

import type { Track } from '../detection/detection.ts';
import { maxPathPoints, simplifyPath } from '../detection/path.ts';

/** Points of all paths in one answer: about one megabyte of JSON. A clip has some hundreds. */
export const maxDrawnPoints = 20_000;

/** The tracks with their paths; where there are very many, each is drawn coarser, and none is left out. */
export function withDrawnPaths(tracks: readonly Track[], most = maxDrawnPoints): readonly Track[] {
  const paths = tracks.flatMap((track) => track.paths);
  if (paths.reduce((sum, path) => sum + path.length, 0) <= most) return tracks;
  const each = Math.max(2, Math.min(maxPathPoints, Math.floor(most / paths.length)));
  return tracks.map((track) => ({ ...track, paths: track.paths.map((path) => simplifyPath(path, each)) }));
}
