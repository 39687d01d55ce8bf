// Rasterising: polygons become rows of coverage, so that edges are smooth whatever is painted.

/** A closed polygon: x and y in turns, in pixels. */
export type Path = readonly number[];

/** Called per row with the coverage (0 to 1) of the pixels `from` ≤ x < `to`; the array is used again. */
export type RowPainter = (y: number, from: number, to: number, coverage: Float32Array) => void;

/** Scan lines per row: four give edges of five shades, which an encoder smooths further. */
const subRows = 4;

const coverage = new Float32Array(4096);
const crossings = new Float64Array(256);

/** Covers `path` (even-odd) inside a picture of `width` × `height`. */
export function scan(path: Path, width: number, height: number, paint: RowPainter): void {
  const box = bounds(path);
  const from = Math.max(0, Math.floor(box.left));
  const to = Math.min(width, Math.ceil(box.right) + 1);
  if (from >= to) return;
  const lastRow = Math.min(height - 1, Math.floor(box.bottom));
  for (let y = Math.max(0, Math.floor(box.top)); y <= lastRow; y += 1) {
    coverage.fill(0, from, to);
    for (let sub = 0; sub < subRows; sub += 1) {
      const count = cross(path, y + (sub + 0.5) / subRows);
      for (let index = 0; index + 1 < count; index += 2) {
        addSpan(Math.max(from, crossings[index] ?? 0), Math.min(to, crossings[index + 1] ?? 0));
      }
    }
    paint(y, from, to, coverage);
  }
}

export function bounds(path: Path): { left: number; top: number; right: number; bottom: number } {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (let index = 0; index < path.length; index += 2) {
    const x = path[index] ?? 0;
    const y = path[index + 1] ?? 0;
    if (x < left) left = x;
    if (x > right) right = x;
    if (y < top) top = y;
    if (y > bottom) bottom = y;
  }
  return { left, top, right, bottom };
}

/** Fills `crossings`, sorted, with where the polygon crosses the line at `y`; returns how many there are. */
function cross(path: Path, y: number): number {
  let count = 0;
  let x0 = path[path.length - 2] ?? 0;
  let y0 = path[path.length - 1] ?? 0;
  for (let index = 0; index < path.length; index += 2) {
    const x1 = path[index] ?? 0;
    const y1 = path[index + 1] ?? 0;
    if (y0 <= y !== y1 <= y && count < crossings.length) {
      const x = x0 + ((y - y0) / (y1 - y0)) * (x1 - x0);
      let place = count;
      while (place > 0 && (crossings[place - 1] ?? 0) > x) {
        crossings[place] = crossings[place - 1] ?? 0;
        place -= 1;
      }
      crossings[place] = x;
      count += 1;
    }
    x0 = x1;
    y0 = y1;
  }
  return count;
}

function addSpan(left: number, right: number): void {
  if (right <= left) return;
  const first = Math.floor(left);
  const last = Math.floor(right);
  if (first === last) {
    add(first, (right - left) / subRows);
    return;
  }
  add(first, (first + 1 - left) / subRows);
  for (let x = first + 1; x < last; x += 1) add(x, 1 / subRows);
  if (right > last) add(last, (right - last) / subRows);
}

function add(x: number, share: number): void {
  coverage[x] = (coverage[x] ?? 0) + share;
}
