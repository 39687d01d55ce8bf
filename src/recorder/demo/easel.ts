// The easel: what stands still is painted once, in full colour, before it becomes a picture.

import { mixRgb, type Rgb } from './light.ts';
import { bounds, type Path, scan } from './raster.ts';

/** The colour at a pixel. */
export type Shader = (x: number, y: number) => Rgb;

export interface Easel {
  readonly width: number;
  readonly height: number;
  /** Three numbers a pixel: the colour by daylight. */
  readonly colour: Float32Array;
  /** Three numbers a pixel: light of its own, seen at dusk. */
  readonly glow: Float32Array;
  fill(path: Path, paint: Rgb | Shader, opacity?: number): void;
  /** A lamp's or window's light upon whatever is there. */
  shine(path: Path, paint: Rgb | Shader, opacity?: number): void;
  /** A soft dark (or light) patch: an ellipse whose strength fades to nothing at its edge. */
  soften(x: number, y: number, radiusX: number, radiusY: number, paint: Rgb, opacity: number): void;
}

export function easel(width: number, height: number): Easel {
  const colour = new Float32Array(width * height * 3);
  const glow = new Float32Array(width * height * 3);

  function blend(into: Float32Array, pixel: number, paint: Rgb, share: number): void {
    for (let part = 0; part < 3; part += 1) {
      const index = pixel * 3 + part;
      const old = into[index] ?? 0;
      into[index] = old + ((paint[part] ?? 0) - old) * share;
    }
  }
  /** Of two lights the stronger one is seen. */
  function lighten(pixel: number, paint: Rgb, share: number): void {
    for (let part = 0; part < 3; part += 1) {
      const index = pixel * 3 + part;
      glow[index] = Math.max(glow[index] ?? 0, (paint[part] ?? 0) * share);
    }
  }
  function paintInto(into: Float32Array, path: Path, paint: Rgb | Shader, opacity: number): void {
    const shader = typeof paint === 'function' ? paint : () => paint;
    scan(path, width, height, (y, from, to, coverage) => {
      for (let x = from; x < to; x += 1) {
        const share = (coverage[x] ?? 0) * opacity;
        if (share > 0) blend(into, y * width + x, shader(x, y), share);
      }
    });
  }
  return {
    width,
    height,
    colour,
    glow,
    fill(path, paint, opacity = 1) {
      paintInto(colour, path, paint, opacity);
      // What is painted over a lamp hides it.
      paintInto(glow, path, [0, 0, 0], opacity);
    },
    shine(path, paint, opacity = 1) {
      const shader = typeof paint === 'function' ? paint : () => paint;
      scan(path, width, height, (y, from, to, coverage) => {
        for (let x = from; x < to; x += 1) {
          const share = (coverage[x] ?? 0) * opacity;
          if (share > 0) lighten(y * width + x, shader(x, y), share);
        }
      });
    },
    soften(x, y, radiusX, radiusY, paint, opacity) {
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
          const distance = Math.hypot((column - x) / radiusX, (row - y) / radiusY);
          if (distance < 1) blend(colour, row * width + column, paint, opacity * (1 - distance) ** 1.5);
        }
      }
    },
  };
}

/** A colour that changes from `above` to `below` over the height of `path`. */
export function vertical(path: Path, above: Rgb, below: Rgb): Shader {
  const { top, bottom } = bounds(path);
  return (_x, y) => mixRgb(above, below, Math.min(1, Math.max(0, (y - top) / (bottom - top))));
}

/** `paint` with `grain(x, y)` (around 1) multiplied in. */
export function rough(paint: Rgb | Shader, grain: (x: number, y: number) => number): Shader {
  const shader = typeof paint === 'function' ? paint : () => paint;
  return (x, y) => {
    const [red, green, blue] = shader(x, y);
    const factor = grain(x, y);
    return [red * factor, green * factor, blue * factor];
  };
}
