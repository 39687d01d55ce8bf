// A week of hours: painted with the mouse or a finger, or moved through with the arrow keys and switched with space.

import { type KeyboardEvent, type PointerEvent, useRef, useState } from 'react';
import { Button } from '../ui/button.tsx';
import { dayNames, hoursADay, painted, presets, type Week, weekdays } from './wishes-draft.ts';

type Cell = readonly [day: number, hour: number];

const steps: Readonly<Record<string, Cell>> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
};

export function WeekGrid({ week, onChange }: { week: Week; onChange: (week: Week) => void }) {
  const [focus, setFocus] = useState<Cell>([0, 8]);
  const [stroke, setStroke] = useState<{ from: Cell; isWanted: boolean; before: Week } | null>(null);
  const grid = useRef<HTMLFieldSetElement>(null);
  const isOn = ([day, hour]: Cell) => week[day]?.[hour] === true;

  function cellAt(event: PointerEvent): Cell | null {
    const under = document.elementFromPoint(event.clientX, event.clientY);
    const cell = under instanceof HTMLElement ? under.dataset.cell : undefined;
    if (cell === undefined) return null;
    const [day = 0, hour = 0] = cell.split(' ').map(Number);
    return [day, hour];
  }
  function begin(event: PointerEvent) {
    const cell = cellAt(event);
    if (cell === null) return;
    event.preventDefault();
    grid.current?.setPointerCapture(event.pointerId);
    const isWanted = !isOn(cell);
    setStroke({ from: cell, isWanted, before: week });
    setFocus(cell);
    onChange(painted(week, cell, cell, isWanted));
  }
  function extend(event: PointerEvent) {
    const cell = stroke === null ? null : cellAt(event);
    if (stroke !== null && cell !== null)
      onChange(painted(stroke.before, stroke.from, cell, stroke.isWanted));
  }
  function onKeyDown(event: KeyboardEvent) {
    const step = steps[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const day = Math.max(0, Math.min(6, focus[0] + step[0]));
    const hour = Math.max(0, Math.min(hoursADay - 1, focus[1] + step[1]));
    setFocus([day, hour]);
    // With shift held, what is passed becomes like what one came from.
    if (event.shiftKey) onChange(painted(week, focus, [day, hour], isOn(focus)));
    grid.current?.querySelector<HTMLElement>(`[data-cell="${day} ${hour}"]`)?.focus();
  }

  return (
    <div className="week">
      <div className="week-presets">
        {Object.entries(presets).map(([name, make]) => (
          <Button key={name} size="small" onClick={() => onChange(make())}>
            {name.slice(0, 1).toUpperCase() + name.slice(1)}
          </Button>
        ))}
      </div>
      <fieldset
        ref={grid}
        className="week-grid"
        onPointerDown={begin}
        onPointerMove={extend}
        onPointerUp={() => setStroke(null)}
        onPointerCancel={() => setStroke(null)}
        onKeyDown={onKeyDown}
      >
        <legend className="hidden-visually">Hours in which you want alerts</legend>
        <div className="week-hours" aria-hidden="true">
          {[0, 6, 12, 18].map((hour) => (
            <span key={hour}>{String(hour).padStart(2, '0')}</span>
          ))}
        </div>
        {weekdays.map((day, row) => (
          <div key={day} className="week-day">
            <span className="week-name" aria-hidden="true">
              {dayNames[day].slice(0, 2)}
            </span>
            {Array.from({ length: hoursADay }, (_, hour) => (
              <WeekCell
                key={String(hour)}
                cell={[row, hour]}
                isOn={isOn([row, hour])}
                isFocus={focus[0] === row && focus[1] === hour}
                onToggle={() => onChange(painted(week, [row, hour], [row, hour], !isOn([row, hour])))}
              />
            ))}
          </div>
        ))}
      </fieldset>
      <p className="quiet small">Draw over the hours in which you want alerts.</p>
    </div>
  );
}

interface WeekCellProps {
  readonly cell: Cell;
  readonly isOn: boolean;
  /** The one that the tabulator comes to; arrow keys lead on from it. */
  readonly isFocus: boolean;
  readonly onToggle: () => void;
}

function WeekCell({ cell: [day, hour], isOn, isFocus, onToggle }: WeekCellProps) {
  const weekday = weekdays[day] ?? 1;
  return (
    <button
      type="button"
      data-cell={`${day} ${hour}`}
      className={`week-cell${isOn ? ' week-on' : ''}`}
      tabIndex={isFocus ? 0 : -1}
      aria-pressed={isOn}
      aria-label={`${dayNames[weekday]} ${String(hour).padStart(2, '0')}:00`}
      // By keyboard only: the pointer has painted it already.
      onClick={(event) => event.detail === 0 && onToggle()}
    />
  );
}
