// The corners of the selected zone: dragged, moved by the arrow keys, removed with Delete, and added between two.

import { type KeyboardEvent, useEffect, useRef } from 'react';
import { maxPoints, type Point, type Zone } from '../../src/http/contract/zones.ts';
import { type Draft, movePoint, remember, removePoint, splitEdge } from './draft.ts';
import type { Drag } from './use-drag.ts';
import { placeWords } from './words.ts';

interface HandlesProps {
  readonly zone: Zone;
  readonly drag: Drag;
  readonly act: (change: (draft: Draft) => Draft) => void;
}

/** A press of an arrow key moves a corner by this part of the picture; with Shift by ten times as much. */
const step = 0.005;
const arrows: Readonly<Record<string, Point>> = {
  ArrowLeft: { x: -step, y: 0 },
  ArrowRight: { x: step, y: 0 },
  ArrowUp: { x: 0, y: -step },
  ArrowDown: { x: 0, y: step },
};

export function Handles({ zone, drag, act }: HandlesProps) {
  const holder = useRef<HTMLDivElement>(null);
  const focusNext = useRef<number | null>(null);
  useEffect(() => {
    if (focusNext.current === null) return;
    holder.current?.querySelector<HTMLElement>(`[data-corner="${focusNext.current}"]`)?.focus();
    focusNext.current = null;
  });
  const { id, points, kind, name } = zone;
  const isArea = kind !== 'line';

  function onKey(event: KeyboardEvent, index: number, point: Point) {
    const arrow = arrows[event.key];
    if (arrow !== undefined) {
      event.preventDefault();
      const far = event.shiftKey ? 10 : 1;
      const x = Math.min(1, Math.max(0, point.x + arrow.x * far));
      const y = Math.min(1, Math.max(0, point.y + arrow.y * far));
      act((draft) => movePoint(event.repeat ? draft : remember(draft), id, index, { x, y }));
    } else if ((event.key === 'Delete' || event.key === 'Backspace') && isArea) {
      event.preventDefault();
      focusNext.current = Math.max(0, index - 1);
      act((draft) => removePoint(draft, id, index));
    } else if ((event.key === 'Insert' || event.key === '+') && isArea) {
      event.preventDefault();
      focusNext.current = index + 1;
      act((draft) => splitEdge(draft, id, index));
    }
  }
  const place = ({ x, y }: Point) => ({ left: `${x * 100}%`, top: `${y * 100}%` });
  return (
    <div className="zone-handles" ref={holder}>
      {isArea &&
        points.length < maxPoints &&
        points.map((from, index) => {
          const to = points[(index + 1) % points.length] ?? from;
          const middle = { x: (from.x + to.x) / 2, y: (from.y + to.y) / 2 };
          const between = `${index + 1} and ${((index + 1) % points.length) + 1}`;
          return (
            <button
              // Corners have no name but their place in the row.
              // biome-ignore lint/suspicious/noArrayIndexKey: see above.
              key={`edge ${index}`}
              type="button"
              className="zone-split"
              style={place(middle)}
              tabIndex={-1}
              aria-label={`Add a corner between ${between} of ${name}`}
              {...drag.handlers({
                begin: () => act((draft) => splitEdge(draft, id, index, middle)),
                move: (at) => act((draft) => movePoint(draft, id, index + 1, at)),
                click: () => act((draft) => splitEdge(draft, id, index)),
              })}
            />
          );
        })}
      {points.map((point, index) => (
        <button
          // biome-ignore lint/suspicious/noArrayIndexKey: see above.
          key={`corner ${index}`}
          type="button"
          data-corner={index}
          className={`zone-corner zone-${kind}`}
          style={place(point)}
          aria-label={`${isArea ? 'Corner' : 'End'} ${index + 1} of ${name}: ${placeWords(point)}`}
          aria-keyshortcuts="ArrowLeft ArrowRight ArrowUp ArrowDown Delete Insert"
          onKeyDown={(event) => onKey(event, index, point)}
          {...drag.handlers({
            begin: () => act(remember),
            move: (at) => act((draft) => movePoint(draft, id, index, at)),
          })}
        />
      ))}
    </div>
  );
}
