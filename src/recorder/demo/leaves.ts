// Leaves: clusters that sway in the wind, in the tree's crown and in the bushes near the camera.

import type { Canvas } from './canvas.ts';
import { type Easel, vertical } from './easel.ts';
import { seeded } from './grain.ts';
import { type Rgb, times } from './light.ts';
import type { Path } from './raster.ts';

interface Cluster {
  readonly x: number;
  readonly y: number;
  readonly radius: number;
  readonly lit: Rgb;
  readonly shaded: Rgb;
  /** 0 innermost, 1 outermost. */
  readonly share: number;
  /** Where in the wind's wave this one is, in radians. */
  readonly phase: number;
  readonly angle: number;
}

interface Plant {
  readonly x: number;
  readonly y: number;
  readonly radiusX: number;
  readonly radiusY: number;
  readonly clusters: number;
  readonly size: number;
  readonly colour: Rgb;
}

const plants: readonly Plant[] = [
  { x: 92, y: 84, radiusX: 196, radiusY: 122, clusters: 150, size: 18, colour: [84, 116, 56] },
  { x: 8, y: 700, radiusX: 96, radiusY: 66, clusters: 36, size: 18, colour: [66, 100, 54] },
  { x: 1262, y: 706, radiusX: 88, radiusY: 52, clusters: 30, size: 16, colour: [78, 104, 58] },
];

const clusters: readonly Cluster[] = plants.flatMap((plant, index) => {
  const draw = seeded(300 + index);
  return Array.from({ length: plant.clusters }, (_, number): Cluster => {
    const turn = draw() * 2 * Math.PI;
    // The first ones are the dark inside; the later ones lie upon them, lighter towards the sky.
    const share = number / plant.clusters;
    const reach = Math.sqrt(draw()) * (0.7 + 0.3 * share);
    const y = Math.sin(turn) * reach;
    const tone = 0.5 + 0.52 * share - 0.22 * y + draw() * 0.16;
    return {
      x: plant.x + Math.cos(turn) * reach * plant.radiusX,
      y: plant.y + y * plant.radiusY,
      radius: plant.size * (1.25 - 0.55 * share) * (0.7 + 0.6 * draw()),
      lit: times(plant.colour, tone * 1.3),
      shaded: times(plant.colour, tone * 0.68),
      share,
      phase: draw() * 6.3,
      angle: draw() * 3,
    };
  });
});

/** One leafy outline around the origin, used by all: lobes make it look like foliage, not like a balloon. */
const outline: Path = Array.from({ length: 22 }, (_, corner) => corner).flatMap((corner) => {
  const turn = (corner / 22) * 2 * Math.PI;
  const length = 1 + 0.2 * Math.sin(turn * 5) + 0.13 * Math.sin(turn * 9 + 1);
  return [Math.cos(turn) * length, Math.sin(turn) * length * 0.74];
});

/** This share of the clusters lies inside, in the dark, and does not move. */
const stillShare = 0.5;
const still = clusters.filter(({ share }) => share < stillShare);
const moving = clusters.filter(({ share }) => share >= stillShare);

/** Paints the inner leaves, once. */
export function paintStillLeaves(easel: Easel): void {
  for (const cluster of still) {
    const path = placedOutline(cluster, cluster.x, cluster.y, cluster.angle);
    easel.fill(path, vertical(path, cluster.lit, cluster.shaded));
  }
}

/** Draws the outer leaves as the wind of that second has them. */
export function drawLeaves(target: Canvas, seconds: number): void {
  const gust = 0.6 + 0.4 * Math.sin(seconds * 0.31) * Math.sin(seconds * 0.13 + 1);
  for (const cluster of moving) {
    const wave = Math.sin(seconds * 1.9 + cluster.phase) + 0.5 * Math.sin(seconds * 3.7 + cluster.phase * 2);
    const sway = wave * gust;
    const [x, y] = [cluster.x + sway * 1.9, cluster.y + sway * 0.8];
    target.fill(placedOutline(cluster, x, y, cluster.angle + sway * 0.04), {
      from: cluster.lit,
      to: cluster.shaded,
      line: [
        x - cluster.radius * 0.6,
        y - cluster.radius * 0.8,
        x + cluster.radius * 0.4,
        y + cluster.radius * 0.7,
      ],
    });
  }
}

function placedOutline({ radius }: Cluster, x: number, y: number, angle: number): Path {
  const [cosine, sine] = [Math.cos(angle) * radius, Math.sin(angle) * radius];
  const path: number[] = [];
  for (let index = 0; index < outline.length; index += 2) {
    const [across, along] = [outline[index] ?? 0, outline[index + 1] ?? 0];
    path.push(x + across * cosine - along * sine, y + across * sine + along * cosine);
  }
  return path;
}
