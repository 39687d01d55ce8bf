// What is typed of a device, and what is sent of it.

import type { Device, DeviceChange, DeviceInput } from '../../src/http/contract/devices.ts';

/** What the dialog offers: a sensor of each kind stands beside sirens and lights. */
export type Choice = 'siren' | 'light' | 'opening' | 'motion';

/** The armings under which it counts. */
export const counting = ['both', 'away', 'home'] as const;
export type Counting = (typeof counting)[number];

const armingsOf = {
  both: ['armed-home', 'armed-away'],
  away: ['armed-away'],
  home: ['armed-home'],
} as const satisfies Record<Counting, DeviceChange['armings']>;

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
  readonly counts: Counting;
  readonly enabled: boolean;
}

export const emptyDraft: DeviceDraft = {
  ...{ choice: 'siren', name: '', via: 'webhook', url: '', commandTopic: '', stateTopic: '', stateField: '' },
  ...{ onText: 'ON', offText: 'OFF', seconds: '180', minimumSeverity: 'normal', isEntry: false },
  counts: 'both',
  enabled: true,
};

/** What is there of a device, to be changed. */
export function draftOf(device: Device): DeviceDraft {
  const { name, enabled, link, armings } = device;
  const seconds = String(device.durationSeconds ?? emptyDraft.seconds);
  const own: DeviceDraft = {
    ...emptyDraft,
    ...{ choice: choiceOf(device), name, enabled, via: device.via, seconds },
    minimumSeverity: device.minimumSeverity ?? emptyDraft.minimumSeverity,
    isEntry: device.role === 'entry',
    counts: armings.length === 2 ? 'both' : armings[0] === 'armed-home' ? 'home' : 'away',
  };
  if (link === null) return own;
  if (link.via === 'webhook') return { ...own, url: link.url ?? '' };
  const { commandTopic, stateTopic, stateField, onText, offText } = link;
  const words = { stateTopic, onText, offText, stateField: stateField ?? '' };
  return { ...own, ...words, commandTopic: commandTopic ?? '' };
}

/** Whether something was typed that is lost unless it is saved. */
export function isChanged(began: DeviceDraft, draft: DeviceDraft): boolean {
  return JSON.stringify(changeOf(began)) !== JSON.stringify(changeOf(draft));
}

function choiceOf({ kind, senses }: Device): Choice {
  return kind === 'sensor' ? (senses ?? 'opening') : kind;
}

/** What a device may become: a sensor stays a sensor. */
export function choicesOf(device: Device | null): readonly Choice[] {
  if (device === null) return ['siren', 'light', 'opening', 'motion'];
  return device.kind === 'sensor' ? ['opening', 'motion'] : ['siren', 'light'];
}

/** The request for a new device; what is wrong with it the contract says. */
export function inputOf(siteId: string, draft: DeviceDraft): DeviceInput {
  return { ...changeOf(draft), siteId };
}

/** The request that changes a device: all of it, so that nothing falls back to what new ones begin with. */
export function changeOf(draft: DeviceDraft): DeviceChange {
  const isSensor = draft.choice === 'opening' || draft.choice === 'motion';
  const { name, enabled } = draft;
  const shared = { name, enabled, link: linkOf(draft, isSensor), armings: [...armingsOf[draft.counts]] };
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
