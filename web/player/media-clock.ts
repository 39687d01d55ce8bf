// Media time and wall time: a playlist's fragments say when each moment of the video really was.

/** A fragment as the player knows it: times of the video in seconds, wall time in ms since the epoch. */
export interface ClockFragment {
  readonly start: number;
  readonly duration: number;
  /** EXT-X-PROGRAM-DATE-TIME (RFC 8216 §4.3.2.6), null where the playlist has none. */
  readonly programDateTime: number | null;
}

/** When the picture at `mediaSeconds` was taken, or null when the playlist does not say. */
export function wallAt(fragments: readonly ClockFragment[], mediaSeconds: number): number | null {
  const found =
    fragments.findLast((one) => one.start <= mediaSeconds && one.programDateTime !== null) ??
    fragments.find((one) => one.programDateTime !== null);
  if (found === undefined || found.programDateTime === null) return null;
  const into = Math.min(Math.max(0, mediaSeconds - found.start), found.duration);
  return found.programDateTime + into * 1000;
}

/**
 * Where in the video the moment `wallMs` lies, in seconds; a moment in a gap is the next footage, one outside the
 * playlist its nearest end. Null when the playlist does not say when anything was taken.
 */
export function mediaAt(fragments: readonly ClockFragment[], wallMs: number): number | null {
  let nearest: number | null = null;
  for (const { start, duration, programDateTime } of fragments) {
    if (programDateTime === null) continue;
    if (wallMs < programDateTime) return start;
    if (wallMs < programDateTime + duration * 1000) return start + (wallMs - programDateTime) / 1000;
    // Shortly before the end, so that there is a picture.
    nearest = start + Math.max(0, duration - 0.1);
  }
  return nearest;
}
