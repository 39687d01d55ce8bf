// Shapes: the outlines that the scene is made of, as polygons.

import type { Path } from './raster.ts';

export function rectangle(left: number, top: number, right: number, bottom: number): Path {
  return [left, top, right, top, right, bottom, left, bottom];
}

/** An ellipse around (x, y), turned by `angle` radians. */
export function ellipse(x: number, y: number, radiusX: number, radiusY: number, angle = 0): Path {
  const corners = Math.max(10, Math.min(48, Math.round((radiusX + radiusY) * 0.7)));
  const [cosine, sine] = [Math.cos(angle), Math.sin(angle)];
  const path: number[] = [];
  for (let corner = 0; corner < corners; corner += 1) {
    const turn = (corner / corners) * 2 * Math.PI;
    const [across, along] = [Math.cos(turn) * radiusX, Math.sin(turn) * radiusY];
    path.push(x + across * cosine - along * sine, y + across * sine + along * cosine);
  }
  return path;
}

/** A limb: round ends of `radius0` at (x0, y0) and `radius1` at (x1, y1), straight sides. */
export function limb(
  [x0, y0, radius0]: readonly [number, number, number],
  [x1, y1, radius1]: readonly [number, number, number],
): Path {
  const direction = Math.atan2(y1 - y0, x1 - x0);
  const path: number[] = [];
  const steps = 8;
  for (let step = 0; step <= steps; step += 1) {
    const turn = direction - Math.PI / 2 + (step / steps) * Math.PI;
    path.push(x1 + Math.cos(turn) * radius1, y1 + Math.sin(turn) * radius1);
  }
  for (let step = 0; step <= steps; step += 1) {
    const turn = direction + Math.PI / 2 + (step / steps) * Math.PI;
    path.push(x0 + Math.cos(turn) * radius0, y0 + Math.sin(turn) * radius0);
  }
  return path;
}

/** A smooth closed curve through the points (Catmull-Rom). */
export function smooth(points: Path, steps = 5): Path {
  const count = points.length / 2;
  const at = (index: number, part: number) => points[((index + count) % count) * 2 + part] ?? 0;
  const path: number[] = [];
  for (let index = 0; index < count; index += 1) {
    for (let step = 0; step < steps; step += 1) {
      const t = step / steps;
      for (let part = 0; part < 2; part += 1) {
        const [a, b, c, d] = [at(index - 1, part), at(index, part), at(index + 1, part), at(index + 2, part)];
        path.push(b + 0.5 * t * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a))));
      }
    }
  }
  return path;
}

/** `path` scaled and then moved: body units to pixels. A negative `scaleX` mirrors it. */
export function placed(path: Path, scaleX: number, scaleY: number, x: number, y: number): Path {
  return path.map((value, index) => (index % 2 === 0 ? x + value * scaleX : y + value * scaleY));
}
