// What is typed of a new device, and what is sent of it.

import type { DeviceInput } from '../../src/http/contract/devices.ts';

/** What the dialog offers: a sensor of each kind stands beside sirens and lights. */
export type Choice = 'siren' | 'light' | 'opening' | 'motion';

export interface DeviceDraft {
  readonly choice: Choice;
  readonly name: string;
  readonly via: 'webhook' | 'mqtt';
  readonly url: string;
  readonly commandTopic: string;
  readonly stateTopic: string;
  readonly stateField: string;
  readonly onText: string;
  readonly offText: string;
  readonly seconds: string;
  readonly minimumSeverity: 'low' | 'normal' | 'high';
  readonly isEntry: boolean;
  readonly alsoAtHome: boolean;
}

export const emptyDraft: DeviceDraft = {
  ...{ choice: 'siren', name: '', via: 'webhook', url: '', commandTopic: '', stateTopic: '', stateField: '' },
  ...{ onText: 'ON', offText: 'OFF', seconds: '180', minimumSeverity: 'normal', isEntry: false },
  alsoAtHome: true,
};

/** The request for a draft; what is wrong with it the contract says. */
export function inputOf(siteId: string, draft: DeviceDraft): DeviceInput {
  const isSensor = draft.choice === 'opening' || draft.choice === 'motion';
  const common = {
    siteId,
    name: draft.name,
    link: linkOf(draft, isSensor),
    armings: draft.alsoAtHome ? (['armed-home', 'armed-away'] as const) : (['armed-away'] as const),
  };
  const shared = { ...common, armings: [...common.armings] };
  if (draft.choice === 'opening' || draft.choice === 'motion') {
    return { ...shared, kind: 'sensor', senses: draft.choice, role: draft.isEntry ? 'entry' : 'watch' };
  }
  const { choice: kind, minimumSeverity, seconds } = draft;
  return { ...shared, kind, minimumSeverity, durationSeconds: Number(seconds) };
}

function linkOf(draft: DeviceDraft, isSensor: boolean): DeviceInput['link'] {
  if (draft.via === 'webhook') return { via: 'webhook', url: isSensor ? null : draft.url };
  const { commandTopic, stateTopic, stateField, onText, offText } = draft;
  return {
    via: 'mqtt',
    commandTopic: isSensor ? null : commandTopic,
    stateTopic,
    stateField: stateField.trim() === '' ? null : stateField.trim(),
    ...{ onText, offText },
  };
}
