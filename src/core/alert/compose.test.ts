// What an alert says.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type AlertId, branded, type CameraId, type DeviceId, type EpochMs } from '../brand.ts';
import type { Incident } from '../incident/incident.ts';
import { composeAlert, localTime, maxInlineSnapshotBytes } from './compose.ts';

const incident: Incident = {
  id: branded('incident-1'),
  organizationId: branded('organization-1'),
  siteId: branded('site-1'),
  cameraIds: [branded('camera-1'), branded('camera-2')],
  sensorIds: [],
  state: 'open',
  resolution: null,
  kind: 'person',
  severity: 'normal',
  assigneeId: null,
  escalation: 0,
  level: 0,
  bestScore: 0.52,
  startAt: branded<EpochMs>(Date.UTC(2026, 9, 3, 19, 14, 5)),
  lastSeenAt: branded<EpochMs>(Date.UTC(2026, 9, 3, 19, 14, 9)),
  endAt: null,
  openedAt: branded<EpochMs>(Date.UTC(2026, 9, 3, 19, 14, 6)),
  snapshotId: null,
};
const input = {
  alert: { id: branded<AlertId>('alert-1'), occasion: 'opened' as const },
  incident,
  site: { id: incident.siteId, name: 'Bakery', timeZone: 'Europe/Berlin' },
  cameras: [
    { id: branded<CameraId>('camera-1'), name: 'Yard' },
    { id: branded<CameraId>('camera-2'), name: 'Door' },
  ],
  sensors: [],
  snapshot: null,
  publicUrl: 'https://cams.example.org/',
};

test('an alert says in plain words what was seen, where, and when by the clock on the wall there', () => {
  const alert = composeAlert(input);
  assert.equal(alert.title, 'Person at Bakery · Yard and Door');
  assert.match(
    alert.text,
    /^A person was seen at Bakery by Yard and Door on 3 October 2026 at 21:14:05 (CEST|GMT\+2)\. Open the incident/,
  );
  assert.equal(alert.url, 'https://cams.example.org/incidents/incident-1');
  assert.equal(alert.idempotencyKey, 'alert-1');
});

test('an alert that arrives late says that somebody takes care already', () => {
  assert.match(
    composeAlert({ ...input, incident: { ...incident, state: 'acknowledged' } }).text,
    /takes care/,
  );
  assert.match(composeAlert({ ...input, incident: { ...incident, state: 'resolved' } }).text, /resolved/);
});

test('an unknown time zone falls back to UTC', () => {
  assert.match(localTime(incident.startAt, 'Mars/Olympus'), /19:14:05 UTC/);
});

test('the picture is inside the JSON while it is small enough, and always beside it', () => {
  const small = Uint8Array.of(1, 2, 3);
  const alert = composeAlert({ ...input, snapshot: small });
  const sent = JSON.parse(JSON.stringify(alert.data));
  assert.equal(sent.type, 'incident.opened');
  assert.equal(sent.timestamp, '2026-10-03T19:14:06.000Z');
  assert.deepEqual(sent.data.snapshot, { mediaType: 'image/jpeg', base64: 'AQID' });
  assert.deepEqual(sent.data.cameras[1], { id: 'camera-2', name: 'Door' });
  const large = composeAlert({ ...input, snapshot: new Uint8Array(maxInlineSnapshotBytes + 1) });
  assert.equal(JSON.parse(JSON.stringify(large.data)).data.snapshot, null);
  assert.equal(large.snapshot?.bytes.byteLength, maxInlineSnapshotBytes + 1);
});

test('an alert of a sensor says which one', () => {
  const id = branded<DeviceId>('device-1');
  const of = { ...incident, kind: 'sensor', cameraIds: [], sensorIds: [id] } as const;
  const alert = composeAlert({ ...input, incident: of, cameras: [], sensors: [{ id, name: 'Back door' }] });
  assert.equal(alert.title, 'Sensor at Bakery · Back door');
  assert.match(alert.text, /^Back door felt something at Bakery on 3 October/);
  const removed = composeAlert({ ...input, incident: of, cameras: [] });
  assert.match(removed.text, /^A sensor felt something at Bakery/);
});

test('an incident whose cameras were removed can still be told', () => {
  const alert = composeAlert({ ...input, cameras: [] });
  assert.equal(alert.title, 'Person at Bakery');
  assert.match(alert.text, /^A person was seen at Bakery on 3 October/);
});
