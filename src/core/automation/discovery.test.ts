// Discovery payloads against the fields that the documentation of Home Assistant names.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { z } from 'zod';
import { sensor, siren } from '../../../test/houses/rows.ts';
import { branded, type CameraId, type EpochMs, type OrganizationId, type SiteId } from '../brand.ts';
import type { Device } from '../device/device.ts';
import type { Camera } from '../site/camera.ts';
import { neverArmed, type Site } from '../site/site.ts';
import { deviceDevice } from './discovery-devices.ts';
import { cameraDevice, siteDevice } from './discovery.ts';
import { incidentNews } from './incident-news.ts';
import { panelStates } from './panel.ts';
import { discoveryTopic } from './topics.ts';

const organizationId = branded<OrganizationId>('01990000-0000-7000-8000-000000000001');
const site: Site = {
  id: branded<SiteId>('01990000-0000-7000-8000-000000000002'),
  organizationId,
  name: 'Bakery',
  timeZone: 'Europe/Berlin',
  ...neverArmed(branded<EpochMs>(0)),
  createdAt: branded<EpochMs>(0),
};
const camera: Camera = {
  id: branded<CameraId>('01990000-0000-7000-8000-000000000003'),
  organizationId,
  siteId: site.id,
  name: '{{ states }} Yard',
  source: { kind: 'demo' },
  enabled: true,
  createdAt: branded<EpochMs>(0),
};
const devices: readonly Device[] = [
  siren(site, { name: 'Horn' }),
  siren(site, { kind: 'light', name: 'Yard light' }),
  sensor(site),
  sensor(site, { senses: 'motion', name: 'Hall {{ states }}' }),
];
const settings = {
  prefix: 'vedette',
  publicUrl: 'https://cams.example.org',
  version: '1.2.3',
  snapshots: true,
};

/** What is subscribed to: no wildcards in what we name. */
const topic = z.string().regex(/^[^+#\p{Cc}]+$/u);
const entity = {
  unique_id: z.string().min(1),
  name: z.string().min(1).nullable(),
  enabled_by_default: z.boolean().optional(),
  entity_category: z.enum(['config', 'diagnostic']).optional(),
  json_attributes_topic: topic.optional(),
};

// https://www.home-assistant.io/integrations/<platform>.mqtt/, the fields that are used; strict: no other may be.
const platforms = z.discriminatedUnion('platform', [
  z.strictObject({
    ...entity,
    platform: z.literal('alarm_control_panel'),
    state_topic: topic,
    command_topic: topic,
    supported_features: z.array(
      z.enum(['arm_home', 'arm_away', 'arm_night', 'arm_vacation', 'arm_custom_bypass', 'trigger']),
    ),
    code_arm_required: z.boolean(),
    code_disarm_required: z.boolean(),
    code_trigger_required: z.boolean(),
    retain: z.boolean(),
  }),
  z.strictObject({
    ...entity,
    platform: z.literal('binary_sensor'),
    device_class: z.enum(['occupancy', 'connectivity', 'safety', 'door', 'motion', 'sound', 'light']),
    state_topic: topic,
    payload_on: z.string().optional(),
    payload_off: z.string().optional(),
  }),
  z.strictObject({
    ...entity,
    platform: z.literal('siren'),
    state_topic: topic,
    command_topic: topic,
    support_duration: z.boolean(),
    support_volume_set: z.boolean(),
    retain: z.literal(false),
  }),
  z.strictObject({
    ...entity,
    platform: z.literal('light'),
    state_topic: topic,
    command_topic: topic,
    retain: z.literal(false),
  }),
  z.strictObject({
    ...entity,
    platform: z.literal('sensor'),
    device_class: z.literal('enum'),
    options: z.array(z.string()).min(1),
    state_topic: topic,
  }),
  z.strictObject({
    ...entity,
    platform: z.literal('event'),
    event_types: z.array(z.string()).min(1),
    state_topic: topic,
  }),
  z.strictObject({
    ...entity,
    platform: z.literal('image'),
    image_topic: topic,
    content_type: z.literal('image/jpeg'),
  }),
]);
/** "To remove a component": its platform alone. */
const removal = z.strictObject({
  platform: z.enum(['alarm_control_panel', 'sensor', 'image', 'siren', 'light', 'binary_sensor']),
});

const Payload = z.strictObject({
  device: z.strictObject({
    identifiers: z.array(z.string()).min(1),
    name: z.string(),
    manufacturer: z.string(),
    model: z.string(),
    sw_version: z.string().optional(),
    configuration_url: z.url({ protocol: /^https?$/ }),
    suggested_area: z.string().optional(),
    via_device: z.string().optional(),
  }),
  origin: z.strictObject({ name: z.string(), sw_version: z.string(), support_url: z.url() }),
  availability: z.array(z.strictObject({ topic })).min(1),
  availability_mode: z.enum(['all', 'any', 'latest']).optional(),
  qos: z.int().min(0).max(2),
  components: z.record(z.string(), z.union([removal, platforms])),
});

function read(device: unknown) {
  return Payload.parse(JSON.parse(JSON.stringify(device)));
}

function platformsOf({ components }: z.infer<typeof Payload>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(components).map(([name, component]) => [
      name,
      'unique_id' in component ? component.platform : `no ${component.platform}`,
    ]),
  );
}

test('a site that may be armed by MQTT is an alarm panel, and else only says how it is armed', () => {
  const may = read(siteDevice(settings, site, { mayArm: true }));
  assert.deepEqual(platformsOf(may), {
    panel: 'alarm_control_panel',
    arming: 'no sensor',
    incident: 'binary_sensor',
    events: 'event',
    snapshot: 'image',
  });
  assert.ok(!JSON.stringify(read(siteDevice(settings, site, { mayArm: false }))).includes('/set'));
  const mayNot = read(siteDevice({ ...settings, snapshots: false }, site, { mayArm: false }));
  assert.deepEqual(platformsOf(mayNot), {
    panel: 'no alarm_control_panel',
    arming: 'sensor',
    incident: 'binary_sensor',
    events: 'event',
    snapshot: 'no image',
  });
});

test('a camera says who is before it and whether it records, and belongs to its site', () => {
  const payload = read(cameraDevice(settings, camera, site));
  assert.deepEqual(platformsOf(payload), {
    person: 'binary_sensor',
    vehicle: 'binary_sensor',
    animal: 'binary_sensor',
    connectivity: 'binary_sensor',
  });
  assert.equal(
    payload.device.via_device,
    read(siteDevice(settings, site, { mayArm: false })).device.identifiers[0],
  );
  assert.equal(payload.device.suggested_area, 'Bakery');
});

test('a siren, a light, a door and a motion sensor are what Home Assistant calls them', () => {
  const announced = (mayCommand: boolean) =>
    devices.map((device) => read(deviceDevice(settings, device, { site, mayCommand })));
  assert.deepEqual(announced(true).map(platformsOf), [
    { siren: 'siren', light: 'no light', on: 'no binary_sensor' },
    { siren: 'no siren', light: 'light', on: 'no binary_sensor' },
    { sensor: 'binary_sensor' },
    { sensor: 'binary_sensor' },
  ]);
  const mayNot = announced(false);
  assert.deepEqual(platformsOf(mayNot[0] ?? assert.fail()), {
    siren: 'no siren',
    light: 'no light',
    on: 'binary_sensor',
  });
  assert.ok(!JSON.stringify(mayNot).includes('/set'), 'what may not be switched has no button');
  assert.match(JSON.stringify(mayNot[2]), /"device_class":"door"/);
  assert.match(JSON.stringify(mayNot[3]), /"device_class":"motion"/);
  for (const { availability, availability_mode, device } of mayNot) {
    assert.deepEqual([availability.length, availability_mode], [2, 'all']);
    assert.equal(device.via_device, `vedette_${site.id}`);
  }
});

test('no two entities have the same id, and no name of a person becomes a template', () => {
  const payloads = [
    siteDevice(settings, site, { mayArm: true }),
    cameraDevice(settings, camera, site),
    ...devices.map((device) => deviceDevice(settings, device, { site, mayCommand: true })),
  ].map(read);
  const components = payloads.flatMap((payload) => Object.values(payload.components));
  const ids = components.flatMap((component) => ('unique_id' in component ? component.unique_id : []));
  assert.equal(new Set(ids).size, ids.length);
  assert.doesNotMatch(JSON.stringify(components), /template|\{\{/);
});

test('the words are those that Home Assistant knows, and the topic is one that it reads', () => {
  const documented = ['disarmed', 'armed_home', 'armed_away', 'arming', 'pending', 'triggered'];
  assert.deepEqual([...panelStates].sort(), documented.sort());
  assert.ok(incidentNews.every((word) => /^[a-z]+$/.test(word)));
  assert.match(
    discoveryTopic('homeassistant', organizationId, site.id),
    /^homeassistant\/device\/[a-zA-Z0-9_-]+\/[a-zA-Z0-9_-]+\/config$/,
  );
});
