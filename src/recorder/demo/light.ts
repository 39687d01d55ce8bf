// Light and colour: a slow day that turns to dusk and back, and how it tints what it falls on.

/** Red, green, blue, 0 to 255. */
export type Rgb = readonly [number, number, number];

/** One day of the demo, dawn to dawn, in seconds. */
export const daySeconds = 300;

/** What white looks like by day and at dusk. */
export const dayTint: Rgb = [1, 1, 1];
export const duskTint: Rgb = [0.5, 0.47, 0.58];

/** Steps in which the light changes: fine enough that no step can be seen. */
const lightSteps = 128;

/** How much dusk there is at `seconds`: 0 by day, 1 at its deepest, which comes in the second half of a day. */
export function dusk(seconds: number): number {
  const turn = ((seconds % daySeconds) / daySeconds) * 2 * Math.PI;
  const depth = Math.min(1, Math.max(0, 0.6 - 0.9 * Math.cos(turn - 0.7)));
  return Math.round(depth * lightSteps) / lightSteps;
}

/** The tint in force at `depth` of dusk. */
export function tint(depth: number): Rgb {
  return [
    mix(dayTint[0], duskTint[0], depth),
    mix(dayTint[1], duskTint[1], depth),
    mix(dayTint[2], duskTint[2], depth),
  ];
}

export function mix(from: number, to: number, share: number): number {
  return from + (to - from) * share;
}

export function mixRgb(from: Rgb, to: Rgb, share: number): Rgb {
  return [mix(from[0], to[0], share), mix(from[1], to[1], share), mix(from[2], to[2], share)];
}

export function times(colour: Rgb, factor: number): Rgb {
  return [colour[0] * factor, colour[1] * factor, colour[2] * factor];
}

/** Luma and chroma of a colour, limited range (ITU-R BT.601). */
export function luma([red, green, blue]: Rgb): number {
  return 16 + 0.257 * red + 0.504 * green + 0.098 * blue;
}
export function chromaBlue([red, green, blue]: Rgb): number {
  return 128 - 0.148 * red - 0.291 * green + 0.439 * blue;
}
export function chromaRed([red, green, blue]: Rgb): number {
  return 128 + 0.439 * red - 0.368 * green - 0.071 * blue;
}
