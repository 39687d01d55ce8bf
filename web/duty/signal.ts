// What the alarm sounds like: notes by severity, told apart with closed eyes. No sound here.

import type { Severity } from './order.ts';

export interface Note {
  /** In Hz. */
  readonly pitch: number;
  /** After the begin of the signal, in s. */
  readonly at: number;
  /** In s. */
  readonly length: number;
}

export interface Signal {
  readonly notes: readonly Note[];
  /** The signal is repeated after this, in ms, until nothing is left to acknowledge. */
  readonly everyMs: number;
}

const tones = (length: number, gap: number, ...pitches: number[]): Note[] =>
  pitches.map((pitch, index) => ({ pitch, at: index * (length + gap), length }));

/** High: fast, rising, again and again. Normal: two tones. Low: one soft one. Lost: two that fall, deep. */
export const signals = {
  high: { notes: tones(0.11, 0.03, 784, 1047, 1319, 784, 1047, 1319), everyMs: 1600 },
  normal: { notes: tones(0.22, 0.06, 659, 880), everyMs: 3500 },
  low: { notes: tones(0.4, 0, 523), everyMs: 8000 },
  lost: { notes: tones(0.35, 0.1, 330, 220), everyMs: 10_000 },
} as const satisfies Record<Severity | 'lost', Signal>;

export type SignalName = keyof typeof signals;
