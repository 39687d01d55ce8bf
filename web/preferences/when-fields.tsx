// When one is told: the week, and quiet hours every day.

import type { Wishes } from '../../src/http/contract/my-alerts.ts';
import { SelectField, TextField } from '../ui/field.tsx';
import { SwitchRow } from '../ui/switch-row.tsx';
import { TimeZoneOptions } from '../ui/time-zones.tsx';
import { DayBand } from './day-band.tsx';
import { WeekGrid } from './week-grid.tsx';
import { hoursOf, minuteOf, presets, timeText, weekOf } from './wishes-draft.ts';

interface WhenFieldsProps {
  readonly wishes: Wishes;
  readonly onChange: (change: Partial<Wishes>) => void;
}

/** What quiet hours begin with: a night. */
const night = { from: 22 * 60, to: 7 * 60, highBreaksThrough: true } as const;

export function WhenFields({ wishes, onChange }: WhenFieldsProps) {
  const { hours, quiet, timeZone } = wishes;
  return (
    <div className="stack">
      <SelectField
        label="Clock"
        value={timeZone}
        onChange={(event) => onChange({ timeZone: event.target.value })}
      >
        <TimeZoneOptions first={timeZone} />
      </SelectField>
      <SwitchRow
        label="At any hour"
        hint="Switch it off to choose the hours of the week in which you want alerts."
        checked={hours === null}
        onChange={(isAlways) =>
          onChange({ hours: isAlways ? null : hoursOf(presets['outside working hours']()) })
        }
      />
      {hours !== null && (
        <WeekGrid week={weekOf(hours)} onChange={(week) => onChange({ hours: hoursOf(week) })} />
      )}
      <SwitchRow
        label="Quiet hours"
        hint="Every day between two times you are left alone; who comes after you in the chain is told instead."
        checked={quiet !== null}
        onChange={(isQuiet) => onChange({ quiet: isQuiet ? night : null })}
      />
      {quiet !== null && <Quiet quiet={quiet} timeZone={timeZone} onChange={onChange} />}
    </div>
  );
}

interface QuietProps {
  readonly quiet: NonNullable<Wishes['quiet']>;
  readonly timeZone: string;
  readonly onChange: (change: Partial<Wishes>) => void;
}

function Quiet({ quiet, timeZone, onChange }: QuietProps) {
  const set = (change: Partial<typeof quiet>) => onChange({ quiet: { ...quiet, ...change } });
  const time = (field: 'from' | 'to', text: string) => {
    const minute = minuteOf(text);
    if (minute !== null) set({ [field]: minute });
  };
  return (
    <div className="stack quiet-hours">
      <DayBand span={quiet} timeZone={timeZone} />
      <div className="quiet-times">
        <TextField
          label="From"
          type="time"
          value={timeText(quiet.from % 1440)}
          onChange={(event) => time('from', event.target.value)}
        />
        <TextField
          label="To"
          type="time"
          value={timeText(quiet.to % 1440)}
          onChange={(event) => time('to', event.target.value)}
        />
      </div>
      <SwitchRow
        label="Wake me when it is serious"
        hint="What two cameras or a sensor confirm, and calls for help, come through."
        checked={quiet.highBreaksThrough}
        onChange={(highBreaksThrough) => set({ highBreaksThrough })}
      />
    </div>
  );
}
