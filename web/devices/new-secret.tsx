// Giving a device another signing secret: what becomes of the old one is decided before.

import { useState } from 'react';
import { type Device, type DeviceSecret, DeviceSecretInput } from '../../src/http/contract/devices.ts';
import { FormDialog } from '../ui/form-dialog.tsx';
import { useNow } from '../ui/use-now.ts';
import { moment } from '../ui/words.ts';
import { changeSecret } from './queries.ts';
import { ShownSecret } from './shown-secret.tsx';

interface NewSecretProps {
  readonly device: Device;
  readonly timeZone: string;
  /** Nothing was made. */
  readonly onCancel: () => void;
  /** The new one was shown. */
  readonly onDone: () => void;
}

export function NewSecret({ device, timeZone, onCancel, onDone }: NewSecretProps) {
  const now = useNow(60_000);
  const [keepPrevious, setKeepPrevious] = useState(true);
  const [made, setMade] = useState<DeviceSecret | null>(null);
  if (made !== null) {
    const { signingSecret, previousUntil } = made;
    const before =
      previousUntil === null
        ? 'The one before counts no longer.'
        : `The one before counts until ${moment(previousUntil, timeZone, now)}.`;
    const title = `New secret of ${device.name}`;
    return <ShownSecret {...{ title, device, signingSecret, before }} onClose={onDone} />;
  }
  return (
    <FormDialog
      title={`New secret for ${device.name}`}
      action="Make a new secret"
      schema={DeviceSecretInput}
      input={{ keepPrevious }}
      send={async (input) => setMade(await changeSecret(device.id, input))}
      onClose={onCancel}
    >
      {() => (
        <fieldset className="secret-choice">
          <legend>What becomes of the old one?</legend>
          <Choice
            title="It counts for 24 hours more"
            hint="Time to put the new one into the device; until then both work."
            checked={keepPrevious}
            onChoose={() => setKeepPrevious(true)}
          />
          <Choice
            title="It counts no longer, from now on"
            hint={
              device.kind === 'sensor'
                ? 'Where others may know it. What it says is refused until it has the new one.'
                : 'Where others may know it. It refuses our commands, and stays silent, until it has the new one.'
            }
            checked={!keepPrevious}
            onChoose={() => setKeepPrevious(false)}
          />
        </fieldset>
      )}
    </FormDialog>
  );
}

interface ChoiceProps {
  readonly title: string;
  readonly hint: string;
  readonly checked: boolean;
  readonly onChoose: () => void;
}

function Choice({ title, hint, checked, onChoose }: ChoiceProps) {
  return (
    <label className="tick">
      <input type="radio" name="old-secret" checked={checked} onChange={onChoose} />
      <span>
        {title}
        <span className="quiet small">{hint}</span>
      </span>
    </label>
  );
}
