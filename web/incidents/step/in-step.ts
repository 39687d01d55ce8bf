// Keeping a picture in step with the clock: what to do about one camera, a few times a second. Pure.

import type { Coverage } from './coverage.ts';

export type Order =
  /** There is no footage at this moment. */
  | { readonly kind: 'missing'; readonly coverage: Extract<Coverage, { kind: 'missing' }> }
  /** It is still loading: the clock waits for it. */
  | { readonly kind: 'load' }
  /** Far from where it should be. */
  | { readonly kind: 'seek'; readonly moment: number }
  /** Stands on its picture. */
  | { readonly kind: 'stand' }
  /** Plays, a little faster or slower than the clock where it is not quite with it. */
  | { readonly kind: 'play'; readonly rate: number };

/** Further apart than this, in ms, a jump is less noticeable than catching up. */
const jumpMs = 600;
/** A picture that stands may be half a frame off, in ms: seeking would show the same one. */
const standingMs = 60;
/** Closer than this, in ms, is in step: half a frame of 25 a second. */
const closeMs = 20;
/** Speeding up or slowing down by more than this part looks odd. */
const mostCorrection = 0.15;
/** Time in which a picture that is off is brought back, in ms. */
const backInMs = 800;

export interface Situation {
  readonly coverage: Coverage;
  /** The moment that the player shows; null where it shows none yet. */
  readonly shown: number | null;
  /** Whether it could play on. */
  readonly ready: boolean;
}

/** What the player of one camera is to do so that it shows `moment`. */
export function orderFor(
  { coverage, shown, ready }: Situation,
  clock: { readonly moment: number; readonly running: boolean; readonly speed: number },
): Order {
  if (coverage.kind === 'missing') return { kind: 'missing', coverage };
  if (shown === null) return { kind: 'load' };
  const ahead = shown - clock.moment;
  if (Math.abs(ahead) > jumpMs) return { kind: 'seek', moment: clock.moment };
  if (!ready) return { kind: 'load' };
  if (!clock.running) {
    return Math.abs(ahead) > standingMs ? { kind: 'seek', moment: clock.moment } : { kind: 'stand' };
  }
  return { kind: 'play', rate: clock.speed * (1 - correction(ahead)) };
}

function correction(ahead: number): number {
  if (Math.abs(ahead) < closeMs) return 0;
  return Math.max(-mostCorrection, Math.min(mostCorrection, ahead / backInMs));
}
