// One zone on the picture: an area, or a line with the direction that alarms.

import type { PointerEvent } from 'react';
import type { Point, Zone } from '../../src/http/contract/zones.ts';

interface ShapeProps {
  readonly zone: Pick<Zone, 'kind' | 'points' | 'direction'>;
  readonly aspect: number;
  readonly look: 'plain' | 'selected' | 'faulty' | 'drawing';
  readonly handlers?: Partial<
    Record<
      'onPointerDown' | 'onPointerMove' | 'onPointerUp' | 'onPointerCancel',
      (event: PointerEvent) => void
    >
  >;
}

/** Heights of the drawing; its width is this many times the aspect ratio, so that angles are what they look like. */
export const drawingHeight = 100;
const arrowLength = 7;

export function Shape({ zone, aspect, look, handlers = {} }: ShapeProps) {
  const at = ({ x, y }: Point) => ({ x: x * aspect * drawingHeight, y: y * drawingHeight });
  const points = zone.points.map(at);
  const text = points.map(({ x, y }) => `${x},${y}`).join(' ');
  const className = `zone-shape zone-${zone.kind} zone-shape-${look}`;
  if (zone.kind === 'line' || look === 'drawing') {
    return (
      <g className={className} {...handlers}>
        <polyline className="zone-grip" points={text} />
        <polyline className="zone-outline-under" points={text} />
        <polyline className="zone-outline" points={text} />
        {zone.kind === 'line' && <Arrows points={points} direction={zone.direction} />}
      </g>
    );
  }
  return (
    <g className={className} {...handlers}>
      <polygon className="zone-outline-under" points={text} />
      <polygon className="zone-outline" points={text} fillRule="evenodd" />
    </g>
  );
}

/** Arrows across the middle of the line, to the side on which who crosses it arrives. */
function Arrows({ points: [a, b], direction }: { points: readonly Point[]; direction: Zone['direction'] }) {
  if (a === undefined || b === undefined) return null;
  const length = Math.hypot(b.x - a.x, b.y - a.y);
  if (length === 0) return null;
  // To the right of who looks from `a` to `b`: y points down.
  const right = { x: -(b.y - a.y) / length, y: (b.x - a.x) / length };
  const middle = { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 };
  const sides = direction === 'either' ? [1, -1] : direction === 'left-to-right' ? [1] : [-1];
  return sides.map((side) => {
    const [nx, ny] = [right.x * side, right.y * side];
    const tip = { x: middle.x + nx * arrowLength, y: middle.y + ny * arrowLength };
    const back = (turned: number) => {
      const [x, y] = [tip.x - nx * 2.4 + -ny * turned, tip.y - ny * 2.4 + nx * turned];
      return `${x} ${y}`;
    };
    const path = `M${middle.x} ${middle.y}L${tip.x} ${tip.y}M${back(1.9)}L${tip.x} ${tip.y}L${back(-1.9)}`;
    return (
      <g key={side}>
        <path className="zone-outline-under" d={path} />
        <path className="zone-arrow" d={path} />
      </g>
    );
  });
}
