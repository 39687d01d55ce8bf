// Geometry of the time line: which span of time is in view, and where a moment lies in it.

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

/** The spans the zoom buttons offer, in ms. */
export const zooms = [
  { spanMs: 5 * minuteMs, label: '5 min' },
  { spanMs: hourMs, label: '1 h' },
  { spanMs: 6 * hourMs, label: '6 h' },
  { spanMs: 24 * hourMs, label: '24 h' },
] as const;

/** Wheel and pinch stop here: below a minute nothing new appears, above a day the server gives no footage. */
export const shortestSpanMs = minuteMs;
export const longestSpanMs = 24 * hourMs;

/** Where "now" stands while the view follows it, as a fraction of the width: some future stays visible. */
const nowFraction = 0.94;

/** Playback that reaches this fraction of the width turns the page: what was pressed nearer to the middle stays put. */
const turnFraction = 0.99;

/** The span of time that is visible, both in ms since the epoch. */
export interface View {
  readonly from: number;
  readonly to: number;
}

/** What the view may not leave. */
export interface Bounds {
  /** First moment with footage. */
  readonly earliest: number;
  readonly now: number;
}

export function spanOf(view: View): number {
  return view.to - view.from;
}

/** The view of `spanMs` in which now is near the right end. */
export function viewAtNow(now: number, spanMs: number): View {
  const from = now - spanMs * nowFraction;
  return { from, to: from + spanMs };
}

/** The view of `spanMs` with `at` in its middle, kept in bounds. */
export function viewAround(at: number, spanMs: number, bounds: Bounds): View {
  return clamp({ from: at - spanMs / 2, to: at + spanMs / 2 }, bounds);
}

/** Pixels from the left end. */
export function xOf(at: number, view: View, width: number): number {
  return ((at - view.from) / spanOf(view)) * width;
}

/** The moment `x` pixels from the left end. */
export function timeAt(x: number, view: View, width: number): number {
  return view.from + (x / Math.max(1, width)) * spanOf(view);
}

/** Zooms by `factor` (2 shows twice the time) so that the moment under the pointer stays under it. */
export function zoom(view: View, factor: number, anchor: number, bounds: Bounds): View {
  const spanMs = Math.min(longestSpanMs, Math.max(shortestSpanMs, spanOf(view) * factor));
  const fraction = (anchor - view.from) / spanOf(view);
  const from = anchor - spanMs * fraction;
  return clamp({ from, to: from + spanMs }, bounds);
}

/** Moves the view by `deltaMs`, kept in bounds. */
export function pan(view: View, deltaMs: number, bounds: Bounds): View {
  return clamp({ from: view.from + deltaMs, to: view.to + deltaMs }, bounds);
}

/**
 * The view that keeps `at` visible: unchanged while `at` is inside, else a page further or around it.
 * `following` (live) pins now near the right end instead.
 */
export function follow(view: View, at: number, following: boolean, bounds: Bounds): View {
  const spanMs = spanOf(view);
  if (following) return viewAtNow(bounds.now, spanMs);
  const turnAt = view.from + spanMs * turnFraction;
  if (at >= view.from && at <= turnAt) return view;
  // Played past the end: turn the page. Jumped elsewhere: look around the new place.
  if (at > turnAt && at < view.to + spanMs * 0.1) {
    return clamp({ from: at - spanMs * 0.1, to: at + spanMs * 0.9 }, bounds);
  }
  return viewAround(at, spanMs, bounds);
}

/** How far one press of an arrow key goes: about a sixtieth of the view, in round steps. */
export function keyStepMs(view: View): number {
  const wish = spanOf(view) / 60;
  const steps = [1, 5, 10, 30, 60, 300, 600, 1200];
  const seconds = steps.findLast((step) => step * 1000 <= wish) ?? 1;
  return seconds * 1000;
}

function clamp(view: View, bounds: Bounds): View {
  const spanMs = spanOf(view);
  const latest = viewAtNow(bounds.now, spanMs).from;
  const earliest = Math.min(bounds.earliest - spanMs * (1 - nowFraction), latest);
  const from = Math.min(latest, Math.max(earliest, view.from));
  return { from, to: from + spanMs };
}
