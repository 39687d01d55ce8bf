// Changing a device: what it is called, where it is reached, when it counts, and its secret.

import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { type Device, DeviceChange } from '../../src/http/contract/devices.ts';
import { paths } from '../../src/http/contract/paths.ts';
import { keys } from '../app/query-keys.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Notice } from '../ui/notice.tsx';
import { Secret } from '../ui/secret.tsx';
import { SwitchRow } from '../ui/switch-row.tsx';
import { useForm } from '../ui/use-form.ts';
import { DeviceFields } from './device-fields.tsx';
import { changeOf, draftOf } from './draft.ts';
import { NewSecret } from './new-secret.tsx';
import { changeDevice } from './queries.ts';

interface EditDeviceProps {
  readonly device: Device;
  readonly timeZone: string;
  readonly onClose: () => void;
}

export function EditDevice({ device, timeZone, onClose }: EditDeviceProps) {
  const [renewing, setRenewing] = useState(false);
  if (renewing) return <NewSecret device={device} timeZone={timeZone} onClose={onClose} />;
  return (
    <Dialog title={`Change ${device.name}`} wide onClose={onClose}>
      <ChangeForm device={device} onClose={onClose} />
      {device.via === 'webhook' && (
        <>
          <hr className="settings-line" />
          {device.kind === 'sensor' && (
            <div className="stack">
              <p>
                <strong>Address that the sensor calls</strong>
              </p>
              <Secret text={location.origin + paths.deviceEvents(device.id)} label="Copy the address" />
            </div>
          )}
          <div className="settings-row">
            <p>
              <strong>Signing secret</strong>
              <span className="quiet small">
                Shown once, when it was made. Lost, or known to others? Make a new one.
              </span>
            </p>
            <Button size="small" icon="key" onClick={() => setRenewing(true)}>
              New secret…
            </Button>
          </div>
        </>
      )}
    </Dialog>
  );
}

function ChangeForm({ device, onClose }: Pick<EditDeviceProps, 'device' | 'onClose'>) {
  const queryClient = useQueryClient();
  const [draft, setDraft] = useState(() => draftOf(device));
  const form = useForm(DeviceChange, changeOf(draft), async (checked) => {
    await changeDevice(device.id, checked);
    await queryClient.invalidateQueries({ queryKey: keys.devices(device.siteId) });
    onClose();
  });
  return (
    <form ref={form.ref} className="stack" noValidate onSubmit={form.onSubmit}>
      <DeviceFields
        device={device}
        draft={draft}
        fields={form.fields}
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
      {form.problem !== null && <Notice tone="bad">{form.problem}</Notice>}
      <div className="dialog-actions">
        <Button onClick={onClose}>Cancel</Button>
        <Button look="primary" type="submit" busy={form.busy}>
          Save
        </Button>
      </div>
    </form>
  );
}
