// The camera's picture with its zones on it: where they are drawn, chosen and moved.

import { type PointerEvent, useRef, useState } from 'react';
import type { Camera } from '../../src/http/contract/cameras.ts';
import { distance, type Point } from '../../src/http/contract/zones.ts';
import { useFreshPicture } from '../overview/fresh-picture.ts';
import {
  addCorner,
  canFinish,
  type Draft,
  finishDrawing,
  moveZone,
  newZoneId,
  remember,
  select,
} from './draft.ts';
import { Handles } from './handles.tsx';
import { drawingHeight, Shape } from './shape.tsx';
import { useDrag } from './use-drag.ts';
import { faultsOf } from './words.ts';

interface StageProps {
  readonly camera: Camera;
  readonly draft: Draft;
  readonly mayChange: boolean;
  readonly act: (change: (draft: Draft) => Draft) => void;
}

const newPictureMs = 2_000;
/** A click so near to the first corner closes the area, in fractions of the picture. */
const closing = 0.025;

export function Stage({ camera, draft, mayChange, act }: StageProps) {
  const { holder, source } = useFreshPicture(camera.id, newPictureMs);
  const drag = useDrag(holder);
  const [pointer, setPointer] = useState<Point | null>(null);
  const downAt = useRef<Point | null>(null);
  const aspect = aspectOf(camera);
  const { drawing, zones, selectedId } = draft;
  const selected = zones.find(({ id }) => id === selectedId);
  // What is selected lies on top, so that it can be moved where zones overlap.
  const inOrder = zones.toSorted((a, b) => Number(a.id === selectedId) - Number(b.id === selectedId));

  function onPointerUp(event: PointerEvent) {
    if (event.button !== 0 || downAt.current === null) return;
    downAt.current = null;
    if (drawing === null) {
      act((before) => select(before, null));
      return;
    }
    const place = drag.placeOf(event);
    const [first] = drawing.points;
    const closes = first !== undefined && canFinish(draft) && distance(first, place) < closing;
    act((before) => (closes ? finishDrawing(before, newZoneId()) : addCorner(before, place, newZoneId())));
  }
  const shown = drawing === null ? [] : [...drawing.points, ...(pointer === null ? [] : [pointer])];
  return (
    <div
      ref={holder}
      className={`zone-stage${drawing === null ? '' : ' zone-stage-drawing'}`}
      style={{ aspectRatio: String(aspect) }}
      role="application"
      aria-label={`Picture of ${camera.name} with its zones`}
      onPointerDown={(event) => {
        downAt.current = drag.placeOf(event);
      }}
      onPointerMove={(event) => {
        if (drawing !== null) setPointer(event.pointerType === 'touch' ? null : drag.placeOf(event));
      }}
      onPointerLeave={() => setPointer(null)}
      onPointerUp={onPointerUp}
      onDoubleClick={() => act((before) => finishDrawing(before, newZoneId()))}
    >
      {source === null ? (
        <p className="zone-no-picture">There is no picture of this camera just now.</p>
      ) : (
        <img src={source} alt={`What ${camera.name} sees`} draggable={false} />
      )}
      <svg viewBox={`0 0 ${aspect * drawingHeight} ${drawingHeight}`} aria-hidden="true">
        <defs>
          <pattern
            id="mask-hatch"
            width="4"
            height="4"
            patternUnits="userSpaceOnUse"
            patternTransform="rotate(45)"
          >
            <rect width="4" height="4" fill="rgb(10 12 18 / 78%)" />
            <rect width="1.2" height="4" fill="rgb(255 255 255 / 16%)" />
          </pattern>
        </defs>
        {inOrder.map((zone) => {
          const isFaulty = Object.keys(faultsOf(zone)).length > 0;
          const look = zone.id === selectedId ? 'selected' : 'plain';
          return (
            <Shape
              key={zone.id}
              zone={zone}
              aspect={aspect}
              look={isFaulty ? 'faulty' : look}
              {...(drawing !== null
                ? {}
                : {
                    handlers: drag.handlers({
                      begin: () => act((before) => select(remember(before), zone.id)),
                      move: (_, step) => mayChange && act((before) => moveZone(before, zone.id, step)),
                      click: () => act((before) => select(before, zone.id)),
                    }),
                  })}
            />
          );
        })}
        {drawing !== null && (
          <Shape zone={{ ...drawing, points: shown, direction: 'either' }} aspect={aspect} look="drawing" />
        )}
      </svg>
      {drawing?.points.map((point, index) => (
        <span
          // biome-ignore lint/suspicious/noArrayIndexKey: corners have no name but their place in the row.
          key={index}
          className={`zone-corner zone-corner-set zone-${drawing.kind}${index === 0 && canFinish(draft) ? ' zone-corner-closing' : ''}`}
          style={{ left: `${point.x * 100}%`, top: `${point.y * 100}%` }}
        />
      ))}
      {selected !== undefined && drawing === null && mayChange && (
        <Handles key={selected.id} zone={selected} drag={drag} act={act} />
      )}
      {selected !== undefined && selected.minHeight > 0 && (
        <span className="zone-ruler" style={{ height: `${selected.minHeight * 100}%` }}>
          <span>Least height</span>
        </span>
      )}
    </div>
  );
}

/** Width of the camera's picture divided by its height. */
export function aspectOf({ status: { picture } }: Camera): number {
  return picture === null ? 16 / 9 : picture.width / picture.height;
}
