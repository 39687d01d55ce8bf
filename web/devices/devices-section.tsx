// The devices of a site: what they are, how they stand, and a test.

import './devices.css';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Device } from '../../src/http/contract/devices.ts';
import type { Site } from '../../src/http/contract/sites.ts';
import { sentence } from '../app/api.ts';
import { keys } from '../app/query-keys.ts';
import { Button, IconButton } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Icon } from '../ui/icons.tsx';
import { Empty, Notice } from '../ui/notice.tsx';
import { Problem } from '../ui/problem.tsx';
import { useNow } from '../ui/use-now.ts';
import { moment } from '../ui/words.ts';
import { AddDevice } from './add-device.tsx';
import { EditDevice } from './edit-device.tsx';
import { devicesQuery, removeDevice, testDevice } from './queries.ts';
import { deviceIcons, deviceState, deviceWords } from './words.ts';

export function DevicesSection({ site, mayManage }: { site: Site; mayManage: boolean }) {
  const devices = useQuery(devicesQuery(site.id));
  const [adding, setAdding] = useState(false);
  if (!mayManage && (devices.data ?? []).length === 0) return null;
  const add = (
    <Button icon="plus" onClick={() => setAdding(true)}>
      Add device
    </Button>
  );
  return (
    <section className="newest" aria-labelledby="devices-of-site">
      <header className="devices-head">
        <h2 id="devices-of-site">Devices</h2>
        {mayManage && add}
      </header>
      <Problem error={devices.error} />
      {devices.data?.length === 0 && (
        <div className="card">
          <Empty icon="sensor" title="No device here yet">
            <p>A siren sounds while an incident is open; the contact of a door opens one.</p>
          </Empty>
        </div>
      )}
      {devices.data !== undefined && devices.data.length > 0 && (
        <ul className="card device-list">
          {devices.data.map((device) => (
            <li key={device.id}>
              <DeviceRow device={device} site={site} mayManage={mayManage} />
            </li>
          ))}
        </ul>
      )}
      {adding && <AddDevice siteId={site.id} onClose={() => setAdding(false)} />}
    </section>
  );
}

interface DeviceRowProps {
  readonly device: Device;
  readonly site: Site;
  readonly mayManage: boolean;
}

function DeviceRow({ device, site, mayManage }: DeviceRowProps) {
  const now = useNow(10_000);
  const queryClient = useQueryClient();
  const [removing, setRemoving] = useState(false);
  const [changing, setChanging] = useState(false);
  const test = useMutation({
    mutationFn: () => testDevice(device.id),
    onSettled: () => queryClient.invalidateQueries({ queryKey: keys.devices(site.id) }),
  });
  const { tone, words } = deviceState(device);
  const seen =
    device.lastSeenAt === null
      ? 'not heard from yet'
      : `last heard ${moment(device.lastSeenAt, site.timeZone, now)}`;
  return (
    <>
      <div className="device">
        <span className="device-icon" data-kind={device.kind}>
          <Icon name={deviceIcons[device.kind]} size={21} />
        </span>
        <span className="device-words">
          <strong title={device.name}>{device.name}</strong>
          <span className="quiet small">
            {deviceWords(device)} · {seen}
          </span>
        </span>
        <span className={`chip chip-${tone}`}>{words}</span>
        {mayManage && (
          <span className="device-buttons">
            {device.kind !== 'sensor' && (
              <Button
                size="small"
                icon="send"
                aria-label={`Test ${device.name}`}
                busy={test.isPending}
                onClick={() => test.mutate()}
              >
                Test
              </Button>
            )}
            <IconButton
              icon="settings"
              size="small"
              label={`Change ${device.name}`}
              onClick={() => setChanging(true)}
            />
            <IconButton
              icon="trash"
              size="small"
              label={`Remove ${device.name}`}
              onClick={() => setRemoving(true)}
            />
          </span>
        )}
      </div>
      <div className="device-result" aria-live="polite">
        {test.isError && <Notice tone="bad">{sentence(test.error)}</Notice>}
        {test.data?.outcome === 'failed' && <Notice tone="bad">{test.data.problem}</Notice>}
        {test.data?.outcome === 'acknowledged' && (
          <Notice tone="good">It answered, and is on for 3 seconds.</Notice>
        )}
      </div>
      {changing && <EditDevice device={device} timeZone={site.timeZone} onClose={() => setChanging(false)} />}
      {removing && <Removal device={device} onClose={() => setRemoving(false)} />}
    </>
  );
}

function Removal({ device, onClose }: { device: Device; onClose: () => void }) {
  const queryClient = useQueryClient();
  const remove = useMutation({
    mutationFn: () => removeDevice(device.id),
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: keys.devices(device.siteId) });
      onClose();
    },
  });
  return (
    <Dialog title={`Remove ${device.name}?`} onClose={onClose}>
      <p>It does nothing any more, and what it says is not heard. The history of incidents stays.</p>
      {remove.isError && <Notice tone="bad">{sentence(remove.error)}</Notice>}
      <div className="dialog-actions">
        <Button onClick={onClose}>Cancel</Button>
        <Button look="danger" busy={remove.isPending} onClick={() => remove.mutate()}>
          Remove
        </Button>
      </div>
    </Dialog>
  );
}
