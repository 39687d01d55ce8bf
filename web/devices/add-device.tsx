// Adding a device; its signing secret is shown once, here.

import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { type DeviceCreated, DeviceInput } from '../../src/http/contract/devices.ts';
import { keys } from '../app/query-keys.ts';
import { FormDialog } from '../ui/form-dialog.tsx';
import { DeviceFields } from './device-fields.tsx';
import { type DeviceDraft, emptyDraft, inputOf } from './draft.ts';
import { addDevice } from './queries.ts';
import { ShownSecret } from './shown-secret.tsx';

interface AddDeviceProps {
  readonly siteId: string;
  readonly onClose: () => void;
}

export function AddDevice({ siteId, onClose }: AddDeviceProps) {
  const queryClient = useQueryClient();
  const [draft, setDraft] = useState(emptyDraft);
  const [created, setCreated] = useState<DeviceCreated | null>(null);
  const change = (more: Partial<DeviceDraft>) => setDraft((before) => ({ ...before, ...more }));
  if (created !== null) {
    const { name, signingSecret } = created;
    return (
      <ShownSecret
        title={`${name} added`}
        device={created}
        signingSecret={signingSecret ?? ''}
        onClose={onClose}
      />
    );
  }
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
      {(fields) => <DeviceFields device={null} draft={draft} fields={fields} onChange={change} />}
    </FormDialog>
  );
}
