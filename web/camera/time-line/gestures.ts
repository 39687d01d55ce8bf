// What fingers and the mouse do on the time line: a press seeks, a drag pans, two fingers or the wheel zoom.

import { type PointerEvent, type RefObject, useEffect, useEffectEvent, useRef } from 'react';

/** A pointer that moved less than this was pressed, not dragged, in pixels. */
const dragFrom = 5;
/** A drag that begins this close to the play head moves it, in pixels: the size of a finger. */
const grabDistance = 16;
/** Wheel distance that doubles the span, in pixels. */
const wheelPerDoubling = 320;

export interface Gestures {
  /** Where the play head is now, in pixels. */
  readonly playHeadX: number;
  readonly onPress: (x: number) => void;
  readonly onScrub: (x: number) => void;
  readonly onPan: (pixels: number) => void;
  readonly onZoom: (factor: number, x: number) => void;
}

interface Drag {
  readonly kind: 'undecided' | 'pan' | 'scrub';
  readonly startX: number;
  readonly lastX: number;
}

/** Handlers for the element in `area`. */
export function useGestures(area: RefObject<HTMLElement | null>, gestures: Gestures) {
  const pointers = useRef(new Map<number, number>());
  const drag = useRef<Drag | null>(null);
  const onWheel = useEffectEvent((event: WheelEvent) => {
    event.preventDefault();
    const x = event.clientX - leftOf(area.current);
    if (Math.abs(event.deltaX) > Math.abs(event.deltaY)) gestures.onPan(event.deltaX);
    else gestures.onZoom(2 ** (event.deltaY / wheelPerDoubling), x);
  });

  useEffect(() => {
    const element = area.current;
    // React's own wheel handlers are passive: they could not keep the page from scrolling.
    const listener = (event: WheelEvent) => onWheel(event);
    element?.addEventListener('wheel', listener, { passive: false });
    return () => element?.removeEventListener('wheel', listener);
  }, [area]);

  function onPointerDown(event: PointerEvent<HTMLElement>) {
    if (event.button !== 0) return;
    const x = event.clientX - leftOf(area.current);
    pointers.current.set(event.pointerId, event.clientX);
    event.currentTarget.setPointerCapture(event.pointerId);
    const grabbed = Math.abs(x - gestures.playHeadX) <= grabDistance;
    drag.current = { kind: grabbed ? 'scrub' : 'undecided', startX: event.clientX, lastX: event.clientX };
  }

  function onPointerMove(event: PointerEvent<HTMLElement>) {
    const before = pointers.current.get(event.pointerId);
    if (before === undefined || drag.current === null) return;
    const other = [...pointers.current].find(([id]) => id !== event.pointerId)?.[1];
    pointers.current.set(event.pointerId, event.clientX);
    if (other !== undefined) {
      const distance = Math.max(10, Math.abs(event.clientX - other));
      const middle = (event.clientX + other) / 2 - leftOf(area.current);
      gestures.onZoom(Math.max(10, Math.abs(before - other)) / distance, middle);
      drag.current = { ...drag.current, kind: 'pan', lastX: event.clientX };
      return;
    }
    const { kind, startX, lastX } = drag.current;
    const moved = Math.abs(event.clientX - startX) >= dragFrom;
    const next = kind === 'undecided' && moved ? 'pan' : kind;
    drag.current = { kind: next, startX, lastX: event.clientX };
    if (next === 'pan') gestures.onPan(lastX - event.clientX);
    if (next === 'scrub' && moved) gestures.onScrub(event.clientX - leftOf(area.current));
  }

  function onPointerUp(event: PointerEvent<HTMLElement>) {
    const known = pointers.current.delete(event.pointerId);
    if (pointers.current.size > 0 || !known) return;
    const x = event.clientX - leftOf(area.current);
    const still = Math.abs(event.clientX - (drag.current?.startX ?? Number.NaN)) < dragFrom;
    if (event.type === 'pointerup' && drag.current !== null) {
      if (still && drag.current.kind !== 'pan') gestures.onPress(x);
      else if (drag.current.kind === 'scrub') gestures.onScrub(x);
    }
    drag.current = null;
  }

  return { onPointerDown, onPointerMove, onPointerUp, onPointerCancel: onPointerUp };
}

function leftOf(element: HTMLElement | null): number {
  return element?.getBoundingClientRect().left ?? 0;
}
