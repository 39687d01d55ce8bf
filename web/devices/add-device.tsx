// Adding a device; its signing secret is shown once, here.

import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { type DeviceCreated, DeviceInput } from '../../src/http/contract/devices.ts';
import { paths } from '../../src/http/contract/paths.ts';
import { keys } from '../app/query-keys.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { SelectField, TextField } from '../ui/field.tsx';
import type { FieldErrors } from '../ui/form.ts';
import { FormDialog } from '../ui/form-dialog.tsx';
import { Icon, type IconName } from '../ui/icons.tsx';
import { Secret } from '../ui/secret.tsx';
import { Segmented } from '../ui/segmented.tsx';
import { type Choice, type DeviceDraft, emptyDraft, inputOf } from './draft.ts';
import { LinkFields } from './link-fields.tsx';
import { addDevice } from './queries.ts';
import { exampleCall } from './words.ts';

interface AddDeviceProps {
  readonly siteId: string;
  readonly onClose: () => void;
}

export function AddDevice({ siteId, onClose }: AddDeviceProps) {
  const queryClient = useQueryClient();
  const [draft, setDraft] = useState(emptyDraft);
  const [created, setCreated] = useState<DeviceCreated | null>(null);
  const change = (more: Partial<DeviceDraft>) => setDraft((before) => ({ ...before, ...more }));
  if (created !== null) return <SecretDialog device={created} onClose={onClose} />;
  return (
    <FormDialog
      title="Add a device"
      action="Add device"
      wide
      schema={DeviceInput}
      input={inputOf(siteId, draft)}
      send={async () => {
        const device = await addDevice(inputOf(siteId, draft));
        await queryClient.invalidateQueries({ queryKey: keys.devices(siteId) });
        if (device.signingSecret === null) onClose();
        else setCreated(device);
      }}
      onClose={onClose}
    >
      {(fields) => (
        <>
          <Segmented
            legend="Kind of device"
            value={draft.choice}
            onChange={(choice) => change({ choice })}
            options={choices.map(({ value, icon, word }) => ({
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
            onChange={(event) => change({ name: event.target.value })}
          />
          <LinkFields draft={draft} fields={fields} onChange={change} />
          <DutyFields draft={draft} fields={fields} onChange={change} />
        </>
      )}
    </FormDialog>
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

interface DutyFieldsProps {
  readonly draft: DeviceDraft;
  readonly fields: FieldErrors;
  readonly onChange: (more: Partial<DeviceDraft>) => void;
}

/** When it counts, and what it does then. */
function DutyFields({ draft, fields, onChange }: DutyFieldsProps) {
  const isSensor = draft.choice === 'opening' || draft.choice === 'motion';
  return (
    <>
      <SelectField
        label="Counts while the site is"
        value={draft.alsoAtHome ? 'both' : 'away'}
        onChange={(event) => onChange({ alsoAtHome: event.target.value === 'both' })}
      >
        <option value="both">armed, at home or away</option>
        <option value="away">armed away only</option>
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

function severityOf(value: string): DeviceDraft['minimumSeverity'] {
  return value === 'low' || value === 'high' ? value : 'normal';
}

function SecretDialog({ device, onClose }: { device: DeviceCreated; onClose: () => void }) {
  const secret = device.signingSecret ?? '';
  const { senses } = device;
  return (
    <Dialog title={`${device.name} added`} wide onClose={onClose}>
      <p>
        {senses === null
          ? 'The device checks with this secret that a command comes from Vedette. It is shown only this once.'
          : 'The sensor signs what it says with this secret. It is shown only this once.'}
      </p>
      <Secret text={secret} label="Copy the secret" />
      {senses !== null && (
        <>
          <p className="small">To try it out in a shell, with curl and openssl:</p>
          <pre className="device-example">
            {exampleCall(location.origin, paths.deviceEvents(device.id), secret, senses)}
          </pre>
        </>
      )}
      <div className="dialog-actions">
        <Button look="primary" onClick={onClose}>
          I have kept it
        </Button>
      </div>
    </Dialog>
  );
}
