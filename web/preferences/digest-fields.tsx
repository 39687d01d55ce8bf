// The sign of life: none, every day or every week, at which hour.

import type { Wishes } from '../../src/http/contract/my-alerts.ts';
import { SelectField } from '../ui/field.tsx';
import { Segmented } from '../ui/segmented.tsx';
import { dayNames, weekdays } from './wishes-draft.ts';

interface DigestFieldsProps {
  readonly wishes: Wishes;
  readonly onChange: (change: Partial<Wishes>) => void;
}

export function DigestFields({ wishes, onChange }: DigestFieldsProps) {
  const { digest } = wishes;
  const set = (change: Partial<typeof digest>) => onChange({ digest: { ...digest, ...change } });
  return (
    <div className="stack">
      <Segmented
        legend="How often"
        value={digest.every}
        onChange={(every) => set({ every })}
        options={[
          { value: 'none', label: 'Never' },
          { value: 'daily', label: 'Every day' },
          { value: 'weekly', label: 'Every week' },
        ]}
      />
      {digest.every !== 'none' && (
        <div className="quiet-times">
          {digest.every === 'weekly' && (
            <SelectField
              label="On"
              value={digest.weekday}
              onChange={(event) => {
                const weekday = weekdays.find((day) => day === Number(event.target.value));
                if (weekday !== undefined) set({ weekday });
              }}
            >
              {weekdays.map((day) => (
                <option key={day} value={day}>
                  {dayNames[day]}
                </option>
              ))}
            </SelectField>
          )}
          <SelectField
            label="At"
            value={digest.hour}
            onChange={(event) => set({ hour: Number(event.target.value) })}
          >
            {Array.from({ length: 24 }, (_, hour) => (
              <option key={String(hour)} value={hour}>
                {`${String(hour).padStart(2, '0')}:00`}
              </option>
            ))}
          </SelectField>
        </div>
      )}
    </div>
  );
}
