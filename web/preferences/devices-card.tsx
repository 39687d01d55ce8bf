// The browsers that get notifications: this one switched on or off, and the others.

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type { PushDevice } from '../../src/http/contract/my-alerts.ts';
import { sentence } from '../app/api.ts';
import { keys } from '../app/query-keys.ts';
import { Button, IconButton } from '../ui/button.tsx';
import { Icon } from '../ui/icons.tsx';
import { Notice } from '../ui/notice.tsx';
import { TitledSection } from '../ui/titled-section.tsx';
import { showToast } from '../ui/toast.tsx';
import { type PushSupport, pushSupport, subscribe, unsubscribe } from './push.ts';
import { addDevice, pushDevicesQuery, removeDevice, thisBrowserQuery } from './queries.ts';

const obstacles: Readonly<Record<Exclude<PushSupport, 'ready'>, ReactNode>> = {
  unsupported: 'This browser has no notifications. Use another one, or be told by e-mail.',
  'needs-home-screen':
    'On iPhone and iPad: share this page, choose “Add to Home Screen”, and open Vedette from there.',
  insecure: 'Browsers allow notifications over https only. Reach Vedette over an https:// address.',
  denied:
    'You have blocked notifications of this site. Allow them in the settings of the browser, beside the address, and load the page again.',
};

export function DevicesCard({ pushKey }: { pushKey: string }) {
  const devices = useQuery(pushDevicesQuery);
  const here = useQuery(thisBrowserQuery);
  const support = pushSupport();
  const list = devices.data ?? [];
  const own = list.find(({ endpoint }) => endpoint === here.data?.endpoint);
  return (
    <TitledSection
      look="section"
      title="Browsers with notifications"
      lead="They arrive also while Vedette is closed, with buttons to open and to acknowledge."
      action={support === 'ready' && own === undefined && <SwitchOn pushKey={pushKey} />}
    >
      {support !== 'ready' && <Notice tone="info">{obstacles[support]}</Notice>}
      {devices.isError && <Notice tone="bad">{sentence(devices.error)}</Notice>}
      {list.length === 0 ? (
        <p className="quiet small devices-none">No browser yet.</p>
      ) : (
        <ul className="devices">
          {list.map((device) => (
            <li key={device.id}>
              <DeviceRow device={device} isThis={device.id === own?.id} />
            </li>
          ))}
        </ul>
      )}
    </TitledSection>
  );
}

function useAnew(): () => Promise<unknown> {
  const queryClient = useQueryClient();
  return () =>
    Promise.all(
      [keys.pushDevices, keys.thisBrowser, keys.myAlerts].map((queryKey) =>
        queryClient.invalidateQueries({ queryKey }),
      ),
    );
}

function SwitchOn({ pushKey }: { pushKey: string }) {
  const anew = useAnew();
  const turnOn = useMutation({
    mutationFn: async () => {
      const subscription = await subscribe(pushKey);
      return subscription === null ? null : addDevice(subscription);
    },
    onSuccess: async (device) => {
      await anew();
      if (device === null) showToast('bad', 'Notifications were not allowed, so this browser gets none.');
      else showToast('good', 'This browser gets notifications now. Send a test to see one.');
    },
    onError: (error) => showToast('bad', browserSentence(error)),
  });
  return (
    <Button look="primary" icon="push" busy={turnOn.isPending} onClick={() => turnOn.mutate()}>
      Switch on here
    </Button>
  );
}

/** Browsers fail in their own words where the push service cannot be reached. */
function browserSentence(error: unknown): string {
  if (error instanceof DOMException) return `This browser could not subscribe: ${error.message}`;
  return sentence(error);
}

function DeviceRow({ device, isThis }: { device: PushDevice; isThis: boolean }) {
  const anew = useAnew();
  const remove = useMutation({
    mutationFn: async () => {
      if (isThis) await unsubscribe();
      await removeDevice(device.id);
    },
    onSettled: anew,
    onError: (error) => showToast('bad', sentence(error)),
  });
  const since = new Date(device.createdAt).toLocaleDateString(undefined, { dateStyle: 'medium' });
  return (
    <div className="device">
      <Icon name="push" size={20} />
      <span className="order-words">
        <strong>
          {device.name} {isThis && <span className="chip chip-accent">This browser</span>}
        </strong>
        <span className="quiet small">Since {since}</span>
      </span>
      <IconButton
        icon="trash"
        size="small"
        label={`No more notifications on ${device.name}`}
        disabled={remove.isPending}
        onClick={() => remove.mutate()}
      />
    </div>
  );
}
