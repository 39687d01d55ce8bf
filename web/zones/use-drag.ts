// Dragging on the picture: a pointer that is held, in fractions of the picture.

import { type PointerEvent, type RefObject, useRef } from 'react';
import type { Point } from '../../src/http/contract/zones.ts';

/** A pointer that moved less than this, in pixels, was a click. */
const slopPixels = 4;

export interface Drag {
  /** Where the pointer is, in fractions of the picture, not beyond its border. */
  placeOf(event: { readonly clientX: number; readonly clientY: number }): Point;
  /** For the element that is dragged: `begin` once when it really moves, then `move` with the place and the step. */
  handlers(options: {
    begin: () => void;
    move: (place: Point, step: Point) => void;
    /** The pointer went up without having moved. */
    click?: (event: PointerEvent) => void;
  }): {
    onPointerDown: (event: PointerEvent) => void;
    onPointerMove: (event: PointerEvent) => void;
    onPointerUp: (event: PointerEvent) => void;
    onPointerCancel: (event: PointerEvent) => void;
  };
}

interface Held {
  readonly pointerId: number;
  readonly from: { readonly x: number; readonly y: number };
  readonly last: Point;
  readonly isMoving: boolean;
}

export function useDrag(stage: RefObject<HTMLElement | null>): Drag {
  const held = useRef<Held | null>(null);
  function placeOf({ clientX, clientY }: { clientX: number; clientY: number }): Point {
    const box = stage.current?.getBoundingClientRect();
    if (box === undefined || box.width === 0 || box.height === 0) return { x: 0, y: 0 };
    const inside = (value: number) => Math.min(1, Math.max(0, value));
    return { x: inside((clientX - box.left) / box.width), y: inside((clientY - box.top) / box.height) };
  }
  return {
    placeOf,
    handlers: ({ begin, move, click }) => ({
      onPointerDown(event) {
        if (event.button !== 0) return;
        event.stopPropagation();
        event.currentTarget.setPointerCapture(event.pointerId);
        const from = { x: event.clientX, y: event.clientY };
        held.current = { pointerId: event.pointerId, from, last: placeOf(event), isMoving: false };
      },
      onPointerMove(event) {
        const now = held.current;
        if (now === null || now.pointerId !== event.pointerId) return;
        const gone = Math.hypot(event.clientX - now.from.x, event.clientY - now.from.y);
        if (!now.isMoving && gone < slopPixels) return;
        if (!now.isMoving) begin();
        const place = placeOf(event);
        move(place, { x: place.x - now.last.x, y: place.y - now.last.y });
        held.current = { ...now, last: place, isMoving: true };
      },
      onPointerUp(event) {
        const now = held.current;
        held.current = null;
        if (now !== null && !now.isMoving) click?.(event);
      },
      onPointerCancel() {
        held.current = null;
      },
    }),
  };
}
