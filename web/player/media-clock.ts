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
 * Where in the video the moment `wallMs` lies, in seconds; a moment in a gap is the next footage. Null when the
 * playlist does not reach it, more than `slackMs` before its begin or after its end.
 */
export function mediaAt(fragments: readonly ClockFragment[], wallMs: number, slackMs: number): number | null {
  const dated = fragments.filter((one) => one.programDateTime !== null);
  const first = dated[0]?.programDateTime ?? null;
  const last = dated.at(-1);
  if (first === null || last === undefined || last.programDateTime === null) return null;
  const end = last.programDateTime + last.duration * 1000;
  if (wallMs < first - slackMs || wallMs > end + slackMs) return null;
  for (const one of dated) {
    const from = one.programDateTime ?? 0;
    if (wallMs < from) return one.start;
    if (wallMs < from + one.duration * 1000) return one.start + (wallMs - from) / 1000;
  }
  return last.start + Math.max(0, last.duration - 0.1);
}
