// What the dialog of a device reads and sends.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Device, DeviceChange, DeviceInput } from '../../src/http/contract/devices.ts';
import { changeOf, choicesOf, draftOf, emptyDraft, inputOf } from './draft.ts';

const siteId = '01a10000-0000-7000-8000-000000000001';
const base = {
  ...{ id: '01a10000-0000-7000-8000-000000000002', siteId, name: 'Horn', enabled: false },
  ...{ state: null, createdAt: 0, lastSeenAt: null, senses: null, role: null },
};
const siren: Device = {
  ...{ ...base, kind: 'siren', via: 'webhook', link: { via: 'webhook', url: 'https://a.example/' } },
  ...{ armings: ['armed-home'], minimumSeverity: 'high', durationSeconds: 17 },
};
const motion: Device = {
  ...{ ...base, kind: 'sensor', via: 'mqtt', senses: 'motion', role: 'entry', armings: ['armed-away'] },
  link: {
    ...{ via: 'mqtt', commandTopic: null, stateTopic: 'house/hall', stateField: 'occupancy' },
    ...{ onText: 'true', offText: 'false' },
  },
  ...{ minimumSeverity: null, durationSeconds: null },
};

test('what is not touched in the dialog of a device stays as it is', () => {
  assert.deepEqual(DeviceChange.parse(changeOf(draftOf(siren))), {
    ...{ kind: 'siren', name: 'Horn', enabled: false, link: siren.link, armings: ['armed-home'] },
    ...{ minimumSeverity: 'high', durationSeconds: 17 },
  });
  assert.deepEqual(DeviceChange.parse(changeOf(draftOf(motion))), {
    ...{ kind: 'sensor', name: 'Horn', enabled: false, link: motion.link, armings: ['armed-away'] },
    ...{ senses: 'motion', role: 'entry' },
  });
  const both: Device = { ...siren, armings: ['armed-home', 'armed-away'] };
  assert.deepEqual(changeOf(draftOf(both)).armings, both.armings);
});

test('a sensor stays a sensor, and only what is new may be anything', () => {
  assert.deepEqual(choicesOf(motion), ['opening', 'motion']);
  assert.deepEqual(choicesOf(siren), ['siren', 'light']);
  assert.deepEqual(choicesOf(null), ['siren', 'light', 'opening', 'motion']);
});

test('a new device is on duty at the site that it is added to', () => {
  const input = DeviceInput.parse(
    inputOf(siteId, { ...emptyDraft, name: 'Horn', url: 'https://a.example/' }),
  );
  assert.deepEqual([input.siteId, input.enabled, input.kind], [siteId, true, 'siren']);
});
