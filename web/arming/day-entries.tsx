// What happens on a day, time by time.

import type { ReactNode } from 'react';
import { armings, armingWords } from '../overview/arming.ts';
import { Button, IconButton } from '../ui/button.tsx';
import type { DayEntry } from './week.ts';

/** A time and what it sets; what else belongs to it stands between. */
export function EntryRow({
  name,
  entry,
  onChange,
  onRemove,
  children,
}: {
  /** What it is, for who cannot see where it stands. */
  name: string;
  entry: DayEntry;
  onChange: (change: Partial<DayEntry>) => void;
  onRemove: () => void;
  children?: ReactNode;
}) {
  return (
    <li className="entry-row">
      <input
        type="time"
        required
        className="input"
        aria-label={`${name}: time`}
        value={entry.at}
        onChange={({ target }) => onChange({ at: target.value })}
      />
      <select
        className="input"
        aria-label={`${name}: arming`}
        value={entry.arming}
        onChange={({ target }) => {
          const arming = armings.find((each) => each === target.value);
          if (arming !== undefined) onChange({ arming });
        }}
      >
        {armings.map((arming) => (
          <option key={arming} value={arming}>
            {armingWords[arming]}
          </option>
        ))}
      </select>
      {children}
      <IconButton icon="trash" label={`Remove ${name.toLowerCase()}`} size="small" onClick={onRemove} />
    </li>
  );
}

/** The plan of an exceptional day. */
export function DayEntries({
  name,
  entries,
  onChange,
}: {
  name: string;
  entries: readonly DayEntry[];
  onChange: (entries: DayEntry[]) => void;
}) {
  const changed = (index: number, change: Partial<DayEntry>) =>
    onChange(entries.map((entry, each) => (each === index ? { ...entry, ...change } : entry)));
  return (
    <div className="day-entries">
      {entries.length === 0 ? (
        <p className="quiet small">Nothing happens: it stays as it is.</p>
      ) : (
        <ul>
          {entries.map((entry, index) => (
            <EntryRow
              // biome-ignore lint/suspicious/noArrayIndexKey: entries have no other name, and hold no state.
              key={index}
              name={`${name}, time ${index + 1}`}
              entry={entry}
              onChange={(change) => changed(index, change)}
              onRemove={() => onChange(entries.filter((_, each) => each !== index))}
            />
          ))}
        </ul>
      )}
      <Button
        size="small"
        icon="plus"
        onClick={() => onChange([...entries, { at: '12:00', arming: 'armed-away' }])}
      >
        Add a time
      </Button>
    </div>
  );
}
