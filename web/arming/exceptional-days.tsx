// Days that differ from the week: single dates with a plan of their own, and holidays that share one.

import { useState } from 'react';
import type { Schedule } from '../../src/http/contract/sites.ts';
import { Button, IconButton } from '../ui/button.tsx';
import { DayEntries } from './day-entries.tsx';
import {
  commonHolidays,
  dateWords,
  withException,
  withExceptionEntries,
  withHolidays,
  withoutException,
  withoutHoliday,
} from './draft.ts';

interface PartProps {
  readonly schedule: Schedule;
  readonly onChange: (schedule: Schedule) => void;
}

export function ExceptionFields({ schedule, onChange }: PartProps) {
  return (
    <fieldset className="schedule-part">
      <legend>Single dates</legend>
      <p className="quiet small">A date counts instead of its weekday, also where it is a holiday.</p>
      <ul className="exceptions">
        {schedule.exceptions.map(({ date, entries }) => (
          <li key={date}>
            <span className="exception-head">
              <strong>{dateWords(date)}</strong>
              <IconButton
                icon="trash"
                size="small"
                label={`Remove ${dateWords(date)}`}
                onClick={() => onChange(withoutException(schedule, date))}
              />
            </span>
            <DayEntries
              name={dateWords(date)}
              entries={entries}
              onChange={(next) => onChange(withExceptionEntries(schedule, date, next))}
            />
          </li>
        ))}
      </ul>
      <AddDate label="Date to plan" onAdd={(date) => onChange(withException(schedule, date))} />
    </fieldset>
  );
}

export function HolidayFields({ schedule, onChange }: PartProps) {
  const { dates, yearly, entries } = schedule.holidays;
  const days = [...yearly, ...dates];
  return (
    <fieldset className="schedule-part">
      <legend>Holidays</legend>
      {days.length > 0 && (
        <>
          <ul className="holiday-chips">
            {days.map((day) => (
              <li key={day} className="chip">
                {dateWords(day)}
                <button
                  type="button"
                  aria-label={`Remove ${dateWords(day)}`}
                  onClick={() => onChange(withoutHoliday(schedule, day))}
                >
                  ×
                </button>
              </li>
            ))}
          </ul>
          <p className="quiet small">On each of them, instead of what its weekday says:</p>
          <DayEntries
            name="Holidays"
            entries={entries}
            onChange={(next) => onChange({ ...schedule, holidays: { ...schedule.holidays, entries: next } })}
          />
        </>
      )}
      <div className="row add-holidays">
        <AddDate label="Holiday" onAdd={(date) => onChange(withHolidays(schedule, [date]))} />
        <Button size="small" onClick={() => onChange(withHolidays(schedule, commonHolidays))}>
          Add 1 Jan, 1 May, 25–26 Dec
        </Button>
      </div>
    </fieldset>
  );
}

function AddDate({ label, onAdd }: { label: string; onAdd: (date: string) => void }) {
  const [date, setDate] = useState('');
  return (
    <span className="add-date">
      <input
        type="date"
        className="input"
        aria-label={label}
        value={date}
        onChange={({ target }) => setDate(target.value)}
      />
      <Button
        size="small"
        icon="plus"
        disabled={date === ''}
        aria-label={`Add date: ${label}`}
        onClick={() => {
          onAdd(date);
          setDate('');
        }}
      >
        Add date
      </Button>
    </span>
  );
}
