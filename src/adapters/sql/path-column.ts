// The column of paths: JSON of whole numbers, a third as long as the points written out.

import { z } from 'zod';
import { branded, type EpochMs } from '../../core/brand.ts';
import { type Path, pathGrain } from '../../core/detection/path.ts';
import { VedetteError } from '../../core/errors.ts';
import { parsedColumn } from './columns.ts';

/** Of each point: ms since the point before, and x and y in grains. */
const columnShape = z.array(z.array(z.tuple([z.int(), z.int(), z.int()])));

export function pathsColumn(paths: readonly Path[]): string {
  return JSON.stringify(
    paths.map((path) =>
      path.map(({ at, x, y }, index) => [
        at - (path[index - 1]?.at ?? 0),
        Math.round(x * pathGrain),
        Math.round(y * pathGrain),
      ]),
    ),
  );
}

/** Errors: `data-damaged`. */
export function pathsOfColumn(column: string): readonly Path[] {
  const parsed = columnShape.safeParse(parsedColumn(column));
  if (parsed.success) return parsed.data.map(pathOf);
  throw new VedetteError('data-damaged', 'The paths of a track are damaged.', { cause: parsed.error });
}

function pathOf(points: readonly (readonly [number, number, number])[]): Path {
  let at = 0;
  return points.map(([passedMs, x, y]) => {
    at += passedMs;
    return { at: branded<EpochMs>(at), x: x / pathGrain, y: y / pathGrain };
  });
}
