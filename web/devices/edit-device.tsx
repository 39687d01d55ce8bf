// Changing a device: what it is called, where it is reached, when it counts, and its secret.

import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { type Device, DeviceChange } from '../../src/http/contract/devices.ts';
import { paths } from '../../src/http/contract/paths.ts';
import { keys } from '../app/query-keys.ts';
import { Button } from '../ui/button.tsx';
import { FormDialog } from '../ui/form-dialog.tsx';
import { Secret } from '../ui/secret.tsx';
import { SettingsRow } from '../ui/settings-row.tsx';
import { SwitchRow } from '../ui/switch-row.tsx';
import { DeviceFields } from './device-fields.tsx';
import { changeOf, draftOf, isChanged } from './draft.ts';
import { NewSecret } from './new-secret.tsx';
import { changeDevice } from './queries.ts';

interface EditDeviceProps {
  readonly device: Device;
  readonly timeZone: string;
  readonly onClose: () => void;
}

export function EditDevice({ device, timeZone, onClose }: EditDeviceProps) {
  const queryClient = useQueryClient();
  const [renewing, setRenewing] = useState(false);
  const [began] = useState(() => draftOf(device));
  const [draft, setDraft] = useState(began);
  if (renewing) {
    const back = () => setRenewing(false);
    // Whoever changed something else before comes back to it.
    const onDone = isChanged(began, draft) ? back : onClose;
    return <NewSecret {...{ device, timeZone, onDone }} onCancel={back} />;
  }
  return (
    <FormDialog
      title={`Change ${device.name}`}
      wide
      action="Save"
      schema={DeviceChange}
      input={changeOf(draft)}
      send={async (checked) => {
        await changeDevice(device.id, checked);
        await queryClient.invalidateQueries({ queryKey: keys.devices(device.siteId) });
        onClose();
      }}
      onClose={onClose}
      below={device.via === 'webhook' && <Webhook device={device} onRenew={() => setRenewing(true)} />}
    >
      {(fields) => (
        <>
          <DeviceFields
            device={device}
            draft={draft}
            fields={fields}
            onChange={(more) => setDraft((before) => ({ ...before, ...more }))}
          />
          <SwitchRow
            label="On duty"
            hint={
              device.kind === 'sensor'
                ? 'Switched off, what it says opens no incident.'
                : 'Switched off, incidents leave it alone.'
            }
            checked={draft.enabled}
            onChange={(enabled) => setDraft((before) => ({ ...before, enabled }))}
          />
        </>
      )}
    </FormDialog>
  );
}

function Webhook({ device, onRenew }: { device: Device; onRenew: () => void }) {
  return (
    <>
      {device.kind === 'sensor' && (
        <div className="stack">
          <p>
            <strong>Address that the sensor calls</strong>
          </p>
          <Secret text={location.origin + paths.deviceEvents(device.id)} label="Copy the address" />
        </div>
      )}
      <SettingsRow
        title="Signing secret"
        hint="Shown once, when it was made. Lost, or known to others? Make a new one."
      >
        <Button size="small" icon="key" onClick={onRenew}>
          New secret…
        </Button>
      </SettingsRow>
    </>
  );
}
