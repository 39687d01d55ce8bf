// Editing a schedule: the week, single dates, holidays; and the week as a picture, as it is edited.

import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { type Schedule, ScheduleInput, type Site } from '../../src/http/contract/sites.ts';
import { keys } from '../app/query-keys.ts';
import { Button } from '../ui/button.tsx';
import { FormDialog } from '../ui/form-dialog.tsx';
import { EntryRow } from './day-entries.tsx';
import { toggledDay, withEntry, withNewEntry, withoutEntry } from './draft.ts';
import { ExceptionFields, HolidayFields } from './exceptional-days.tsx';
import { saveSchedule } from './queries.ts';
import { dayNames, type WeeklyEntry, weekdays } from './week.ts';
import { WeekView } from './week-view.tsx';

interface EditorProps {
  readonly site: Site;
  readonly before: Schedule;
  readonly onClose: () => void;
}

export function ScheduleEditor({ site, before, onClose }: EditorProps) {
  const queryClient = useQueryClient();
  const [schedule, setSchedule] = useState(before);

  async function save(input: ScheduleInput) {
    await saveSchedule(site.id, input);
    await queryClient.invalidateQueries({ queryKey: keys.sites });
    onClose();
  }

  return (
    <FormDialog
      title={`Schedule of ${site.name}`}
      wide
      action="Save schedule"
      schema={ScheduleInput}
      input={{ timeZone: site.timeZone, schedule }}
      send={save}
      onClose={onClose}
    >
      {() => (
        <>
          <WeekView weekly={schedule.weekly} />
          <fieldset className="schedule-part">
            <legend>Every week</legend>
            <ul>
              {schedule.weekly.map((entry, index) => (
                <WeeklyRow
                  // biome-ignore lint/suspicious/noArrayIndexKey: entries have no other name, and hold no state.
                  key={index}
                  name={`Entry ${index + 1}`}
                  entry={entry}
                  onChange={(change) => setSchedule(withEntry(schedule, index, change))}
                  onRemove={() => setSchedule(withoutEntry(schedule, index))}
                />
              ))}
            </ul>
            <Button size="small" icon="plus" onClick={() => setSchedule(withNewEntry(schedule))}>
              Add a time of the week
            </Button>
          </fieldset>
          <ExceptionFields schedule={schedule} onChange={setSchedule} />
          <HolidayFields schedule={schedule} onChange={setSchedule} />
        </>
      )}
    </FormDialog>
  );
}

function WeeklyRow({
  name,
  entry,
  onChange,
  onRemove,
}: {
  name: string;
  entry: WeeklyEntry;
  onChange: (change: Partial<WeeklyEntry>) => void;
  onRemove: () => void;
}) {
  return (
    <EntryRow name={name} entry={entry} onChange={onChange} onRemove={onRemove}>
      <span className="day-toggles">
        {weekdays.map((day) => (
          <label key={day} className="day-toggle" title={dayNames[day]}>
            <input
              type="checkbox"
              aria-label={`${name}: ${dayNames[day]}`}
              checked={entry.days.includes(day)}
              onChange={() => onChange({ days: toggledDay(entry.days, day) })}
            />
            <span aria-hidden="true">{dayNames[day].slice(0, 2)}</span>
          </label>
        ))}
      </span>
    </EntryRow>
  );
}
