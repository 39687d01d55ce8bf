// Grain: seeded noise, for surfaces and for the sensor. The same numbers in every run.

/** A generator of numbers from 0 to 1 (mulberry32, public domain, T. Ettinger). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

const lattice = 256;
const random = seeded(7);
const values = Float32Array.from({ length: lattice * lattice }, () => random());

/** Smooth noise, 0 to 1, one bump a unit. */
export function bumps(x: number, y: number): number {
  const column = Math.floor(x);
  const row = Math.floor(y);
  const [fx, fy] = [ease(x - column), ease(y - row)];
  const upper = latticeValue(column, row) * (1 - fx) + latticeValue(column + 1, row) * fx;
  const lower = latticeValue(column, row + 1) * (1 - fx) + latticeValue(column + 1, row + 1) * fx;
  return upper * (1 - fy) + lower * fy;
}

/** Bumps upon bumps (fractal noise), 0 to 1. */
export function fractal(x: number, y: number, octaves: number): number {
  let [sum, weight, total, scale] = [0, 1, 0, 1];
  for (let octave = 0; octave < octaves; octave += 1) {
    sum += bumps(x * scale + octave * 17.3, y * scale + octave * 9.1) * weight;
    total += weight;
    weight *= 0.5;
    scale *= 2;
  }
  return sum / total;
}

function ease(t: number): number {
  return t * t * (3 - 2 * t);
}

function latticeValue(column: number, row: number): number {
  return values[(row & (lattice - 1)) * lattice + (column & (lattice - 1))] ?? 0;
}

/** The middle of the sensor's noise: it is never negative, so that four pixels can be added at once. */
export const noiseMiddle = 4;

/** A tile of sensor noise, 0 to 8 steps of luma; its length is a power of two. */
export function sensorNoise(): Uint8Array<ArrayBuffer> {
  const draw = seeded(99);
  const steps = () => Math.round((draw() + draw() + draw() - 1.5) * 2.6) + noiseMiddle;
  return Uint8Array.from({ length: 1 << 18 }, steps);
}
