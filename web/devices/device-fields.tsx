// What a device is: its kind, its name, how it is reached, and when it counts.

import type { Device } from '../../src/http/contract/devices.ts';
import { SelectField, TextField } from '../ui/field.tsx';
import type { FieldErrors } from '../ui/form.ts';
import { Icon, type IconName } from '../ui/icons.tsx';
import { Segmented } from '../ui/segmented.tsx';
import { type Choice, choicesOf, counting, type DeviceDraft } from './draft.ts';
import { LinkFields } from './link-fields.tsx';

interface FieldsProps {
  readonly draft: DeviceDraft;
  readonly fields: FieldErrors;
  readonly onChange: (more: Partial<DeviceDraft>) => void;
}

interface DeviceFieldsProps extends FieldsProps {
  /** What is changed; null: a new one. */
  readonly device: Device | null;
}

export function DeviceFields({ device, draft, fields, onChange }: DeviceFieldsProps) {
  const offered = choicesOf(device);
  return (
    <>
      <Segmented
        legend="Kind of device"
        value={draft.choice}
        onChange={(choice) => onChange({ choice })}
        options={choices
          .filter(({ value }) => offered.includes(value))
          .map(({ value, icon, word }) => ({
            value,
            label: word,
            face: (
              <>
                <Icon name={icon} size={17} />
                {word}
              </>
            ),
          }))}
      />
      <TextField
        label="Name"
        value={draft.name}
        placeholder={placeholders[draft.choice]}
        error={fields.name}
        onChange={(event) => onChange({ name: event.target.value })}
      />
      <LinkFields isNew={device === null} draft={draft} fields={fields} onChange={onChange} />
      <DutyFields draft={draft} fields={fields} onChange={onChange} />
    </>
  );
}

const choices: readonly { value: Choice; icon: IconName; word: string }[] = [
  { value: 'siren', icon: 'bell', word: 'Siren' },
  { value: 'light', icon: 'sun', word: 'Light' },
  { value: 'opening', icon: 'home', word: 'Door' },
  { value: 'motion', icon: 'sensor', word: 'Motion' },
];

const placeholders = {
  siren: 'Siren at the roof',
  light: 'Light in the yard',
  opening: 'Front door',
  motion: 'Motion in the hall',
} as const satisfies Record<Choice, string>;

/** When it counts, and what it does then. */
function DutyFields({ draft, fields, onChange }: FieldsProps) {
  const isSensor = draft.choice === 'opening' || draft.choice === 'motion';
  return (
    <>
      <SelectField
        label="Counts while the site is"
        value={draft.counts}
        onChange={(event) => onChange({ counts: countingOf(event.target.value) })}
      >
        <option value="both">armed, at home or away</option>
        <option value="away">armed away only</option>
        <option value="home">armed at home only</option>
      </SelectField>
      {isSensor ? (
        <SelectField
          label="Whoever comes in here"
          value={draft.isEntry ? 'entry' : 'watch'}
          onChange={(event) => onChange({ isEntry: event.target.value === 'entry' })}
        >
          <option value="watch">alarms at once</option>
          <option value="entry">has the entry delay to disarm</option>
        </SelectField>
      ) : (
        <>
          <SelectField
            label="Switched on by incidents that are"
            value={draft.minimumSeverity}
            onChange={(event) => onChange({ minimumSeverity: severityOf(event.target.value) })}
          >
            <option value="low">of any severity</option>
            <option value="normal">normal or high: a person, or a sensor</option>
            <option value="high">high: confirmed, or escalated</option>
          </SelectField>
          <TextField
            label="On for, in seconds"
            inputMode="numeric"
            value={draft.seconds}
            error={fields.durationSeconds}
            hint="At most 600. It goes off sooner when the incident is resolved or the site disarmed."
            onChange={(event) => onChange({ seconds: event.target.value })}
          />
        </>
      )}
    </>
  );
}

function countingOf(value: string): DeviceDraft['counts'] {
  return counting.find((each) => each === value) ?? 'both';
}

function severityOf(value: string): DeviceDraft['minimumSeverity'] {
  return value === 'low' || value === 'high' ? value : 'normal';
}
