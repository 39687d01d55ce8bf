// Sirens and lights at the site of an incident: what they do for it, switched by hand.

import '../devices/devices.css';
import type { IncidentDetail, SwitchInput } from '../../src/http/contract/incidents.ts';
import { sentence } from '../app/api.ts';
import { deviceIcons } from '../devices/words.ts';
import { Button } from '../ui/button.tsx';
import { Icon } from '../ui/icons.tsx';
import { Notice } from '../ui/notice.tsx';
import { switchDevice } from './queries.ts';
import { useAct } from './use-act.ts';
import type { ChipTone } from './words.ts';

type Device = IncidentDetail['devices'][number];

export function IncidentDevices({ incident }: { incident: Pick<IncidentDetail, 'id' | 'devices'> }) {
  if (incident.devices.length === 0) return null;
  return (
    <fieldset className="device-switches">
      <legend className="field-label">Sirens and lights</legend>
      {incident.devices.map((device) => (
        <DeviceSwitch key={device.id} incidentId={incident.id} device={device} />
      ))}
    </fieldset>
  );
}

function DeviceSwitch({ incidentId, device }: { incidentId: string; device: Device }) {
  const act = useAct(incidentId, (turn: SwitchInput['turn']) => switchDevice(incidentId, device.id, turn));
  const isOn = device.wanted === 'on' && device.state !== 'failed';
  const { tone, words } = standing(device);
  return (
    <div className="device-switch">
      <Icon name={deviceIcons[device.kind]} size={19} />
      <span className="device-words">
        <strong title={device.name}>{device.name}</strong>
        {device.problem !== null && <span className="quiet small">{device.problem}</span>}
      </span>
      <span className={`chip chip-${tone}`} role="status">
        {words}
      </span>
      <Button
        size="small"
        look={isOn ? 'plain' : 'danger'}
        busy={act.isPending}
        aria-label={`Switch ${device.name} ${isOn ? 'off' : 'on'}`}
        onClick={() => act.mutate(isOn ? 'off' : 'on')}
      >
        {isOn ? 'Switch off' : 'Switch on'}
      </Button>
      {act.isError && <Notice tone="bad">{sentence(act.error)}</Notice>}
    </div>
  );
}

/** How it stands, as a chip: what is wanted is not what is, until the device says so. */
function standing({ wanted, state }: Pick<Device, 'wanted' | 'state'>): { tone: ChipTone; words: string } {
  if (wanted === null) return { tone: 'plain', words: 'Not used' };
  switch (state) {
    case 'acknowledged':
      return { tone: 'bad', words: 'On' };
    case 'failed':
      return { tone: 'bad', words: wanted === 'on' ? 'Does not answer' : 'May still be on' };
    case 'waiting':
      return { tone: 'busy', words: wanted === 'on' ? 'Switching on' : 'Switching off' };
    default:
      return { tone: 'good', words: 'Off' };
  }
}
