// The canvas: what moves is painted straight into the luma and chroma planes of each picture.

import type { YuvPicture } from '../../core/ports/media.ts';
import { noiseMiddle } from './grain.ts';
import { chromaBlue, chromaRed, luma, type Rgb } from './light.ts';
import { type Path, scan } from './raster.ts';

/** One colour, or two with the line (x0, y0 → x1, y1) along which the first becomes the second. */
export type Paint =
  | Rgb
  | { readonly from: Rgb; readonly to: Rgb; readonly line: readonly [number, number, number, number] };

export interface Canvas {
  readonly picture: YuvPicture;
  fill(path: Path, paint: Paint, opacity?: number): void;
  /** Darkens what is there to `factor` of its luma, softly towards the edge of the ellipse. */
  shade(x: number, y: number, radiusX: number, radiusY: number, factor: number): void;
}

/** Paints under a light that tints every colour. */
export function canvas(picture: YuvPicture, light: Rgb, noise: Uint8Array, noiseAt: number): Canvas {
  const { width, height, y: lumaPlane, u: bluePlane, v: redPlane } = picture;
  const lit = (colour: Rgb): Rgb => [
    Math.min(255, colour[0] * light[0]),
    Math.min(255, colour[1] * light[1]),
    Math.min(255, colour[2] * light[2]),
  ];
  return {
    picture,
    fill(path, paint, opacity = 1) {
      const gradient = 'line' in paint ? paint : { from: paint, to: paint, line: [0, 0, 1, 0] as const };
      const [first, second] = [lit(gradient.from), lit(gradient.to)];
      const [x0, y0, x1, y1] = gradient.line;
      const square = (x1 - x0) ** 2 + (y1 - y0) ** 2 || 1;
      const ys = [luma(first), luma(second) - luma(first)] as const;
      const us = [chromaBlue(first), chromaBlue(second) - chromaBlue(first)] as const;
      const vs = [chromaRed(first), chromaRed(second) - chromaRed(first)] as const;
      scan(path, width, height, (row, from, to, coverage) => {
        for (let x = from; x < to; x += 1) {
          const share = (coverage[x] ?? 0) * opacity;
          if (share === 0) continue;
          const along = ((x - x0) * (x1 - x0) + (row - y0) * (y1 - y0)) / square;
          const t = Math.min(1, Math.max(0, along));
          const index = row * width + x;
          const old = lumaPlane[index] ?? 0;
          const grain = (noise[(index + noiseAt) & (noise.length - 1)] ?? 0) - noiseMiddle;
          lumaPlane[index] = old + (ys[0] + ys[1] * t + grain - old) * share;
          if ((row & 1) !== 0 || (x & 1) !== 0) continue;
          const chroma = (row >> 1) * (width >> 1) + (x >> 1);
          const [oldBlue, oldRed] = [bluePlane[chroma] ?? 0, redPlane[chroma] ?? 0];
          bluePlane[chroma] = oldBlue + (us[0] + us[1] * t - oldBlue) * share;
          redPlane[chroma] = oldRed + (vs[0] + vs[1] * t - oldRed) * share;
        }
      });
    },
    shade(x, y, radiusX, radiusY, factor) {
      const [top, bottom] = [
        Math.max(0, Math.floor(y - radiusY)),
        Math.min(height - 1, Math.ceil(y + radiusY)),
      ];
      const [left, right] = [
        Math.max(0, Math.floor(x - radiusX)),
        Math.min(width - 1, Math.ceil(x + radiusX)),
      ];
      for (let row = top; row <= bottom; row += 1) {
        for (let column = left; column <= right; column += 1) {
          const distance = ((column - x) / radiusX) ** 2 + ((row - y) / radiusY) ** 2;
          if (distance >= 1) continue;
          const index = row * width + column;
          const old = lumaPlane[index] ?? 0;
          lumaPlane[index] = 16 + (old - 16) * (1 - (1 - factor) * (1 - distance));
        }
      }
    },
  };
}
