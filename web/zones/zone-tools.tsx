// What can be drawn, and, while something is, what to do next.

import './zone-tools.css';
import { useEffect, useEffectEvent, useLayoutEffect, useRef } from 'react';
import { maxZones, type Zone, zoneKinds } from '../../src/http/contract/zones.ts';
import { Button } from '../ui/button.tsx';
import { Icon } from '../ui/icons.tsx';
import {
  addReadyMade,
  beginDrawing,
  cancelDrawing,
  canFinish,
  type Draft,
  finishDrawing,
  kindNames,
  newZoneId,
} from './draft.ts';
import { kindHints } from './words.ts';
import { kindIcons } from './zone-list.tsx';

interface ZoneToolsProps {
  readonly draft: Draft;
  readonly act: (change: (draft: Draft) => Draft) => void;
}

export function ZoneTools({ draft, act }: ZoneToolsProps) {
  const frame = useRef<HTMLDivElement>(null);
  const leftByKeyboard = useRef<Zone['kind'] | null>(null);
  const isDrawing = draft.drawing !== null;
  // What had the focus went with the bar: it goes on at the first corner of what was drawn, or where the kind was chosen.
  useEffect(() => {
    const kind = leftByKeyboard.current;
    if (isDrawing || kind === null) return;
    leftByKeyboard.current = null;
    const corner = document.querySelector<HTMLElement>('.zone-handles [data-corner="0"]');
    const tool = frame.current?.querySelector<HTMLElement>(`[data-kind="${kind}"]`);
    (corner ?? tool)?.focus({ preventScroll: true });
  }, [isDrawing]);
  return (
    <div className="zone-tools-frame" ref={frame}>
      {draft.drawing === null ? (
        <Choice draft={draft} act={act} />
      ) : (
        <Drawing
          draft={draft}
          drawing={draft.drawing}
          act={act}
          onLeftByKeyboard={(kind) => {
            leftByKeyboard.current = kind;
          }}
        />
      )}
    </div>
  );
}

function Choice({ draft, act }: ZoneToolsProps) {
  return (
    <div className="zone-tools" role="toolbar" aria-label="Draw">
      {zoneKinds.map((kind) => (
        <button
          key={kind}
          type="button"
          className="zone-tool"
          data-kind={kind}
          title={kindHints[kind]}
          disabled={draft.zones.length >= maxZones}
          onClick={() => act((before) => beginDrawing(before, kind))}
        >
          <span className={`zone-sign zone-${kind}`}>
            <Icon name={kindIcons[kind]} size={18} />
          </span>
          {kindNames[kind]}
        </button>
      ))}
    </div>
  );
}

interface DrawingProps extends ZoneToolsProps {
  readonly drawing: NonNullable<Draft['drawing']>;
  /** It ends while the focus is seen on one of its buttons, which go with it. */
  readonly onLeftByKeyboard: (kind: Zone['kind']) => void;
}

function Drawing({ draft, drawing, act, onLeftByKeyboard }: DrawingProps) {
  const { kind, points } = drawing;
  const ready = useRef<HTMLDivElement>(null);
  // Whoever came here with the keyboard goes on with it.
  useEffect(() => ready.current?.querySelector('button')?.focus({ preventScroll: true }), []);
  const leave = useEffectEvent(() => onLeftByKeyboard(kind));
  useLayoutEffect(() => {
    const bar = ready.current;
    return () => {
      if (bar !== null && bar.querySelector(':focus-visible') !== null) leave();
    };
  }, []);
  const shape = kind === 'line' ? 'line' : 'rectangle';
  return (
    <div className="zone-tools zone-tools-drawing" ref={ready}>
      <p aria-live="polite">{nextStep(kind, points.length)}</p>
      <span className="row">
        {points.length === 0 && (
          <Button size="small" onClick={() => act((before) => addReadyMade(before, kind, newZoneId()))}>
            Start with a {shape}
          </Button>
        )}
        {canFinish(draft) && (
          <Button
            look="primary"
            size="small"
            icon="check"
            onClick={() => act((before) => finishDrawing(before, newZoneId()))}
          >
            Done
          </Button>
        )}
        <Button size="small" look="ghost" onClick={() => act(cancelDrawing)}>
          Cancel
        </Button>
      </span>
    </div>
  );
}

function nextStep(kind: keyof typeof kindNames, count: number): string {
  if (kind === 'line') return count === 0 ? 'Set one end of the line.' : 'Set the other end.';
  if (count === 0) return 'Set the corners on the picture, one after the other.';
  return count < 3 ? 'Set the next corner.' : 'Set more corners, or close the area at its first one.';
}
