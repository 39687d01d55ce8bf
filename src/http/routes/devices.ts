// Devices of sites: listing, adding, changing, testing, removing.

import { z } from 'zod';
import { branded, type DeviceId, type SiteId } from '../../core/brand.ts';
import type { Device as CoreDevice } from '../../core/device/device.ts';
import {
  addDevice,
  changeDevice,
  changeSecret,
  listDevices,
  removeDevice,
  testDevice,
} from '../../core/device/devices.ts';
import type { Caller } from '../../core/organization/access.ts';
import { callerFields, logSecurity, type SecurityEvent } from '../../core/organization/security-log.ts';
import { id } from '../contract/common.ts';
import {
  Device,
  DeviceChange,
  DeviceCreated,
  DeviceInput,
  DeviceQuery,
  DeviceSecret,
  DeviceSecretInput,
  DeviceTestResult,
} from '../contract/devices.ts';
import { paths } from '../contract/paths.ts';
import type { HttpDeps } from '../dependencies.ts';
import { requireFewTests } from '../few-tests.ts';
import { deviceTests, testAlertTimeoutMs } from '../limits.ts';
import { bare, type Exchange, memberRoute, type Route } from '../route.ts';
import { within } from '../within.ts';

const tag = 'devices';
const params = z.object({ deviceId: id.transform((value) => branded<DeviceId>(value)) });

/** Sirens, lights and sensors. */
export function deviceRoutes(deps: HttpDeps): readonly Route[] {
  return [
    listRoute(deps),
    addRoute(deps),
    changeRoute(deps),
    secretRoute(deps),
    removeRoute(deps),
    testRoute(deps),
  ];
}

function listRoute(deps: HttpDeps): Route {
  return memberRoute(
    'view',
    {
      ...bare,
      query: DeviceQuery,
      method: 'get',
      path: paths.devices,
      summary: 'Sirens, lights and sensors: of one site, or of all.',
      tag,
      answer: { status: 200, description: 'The devices.', schema: z.array(Device) },
    },
    async ({ caller, query: { siteId } }) => {
      const devices = await listDevices(
        deps,
        caller,
        siteId === undefined ? undefined : branded<SiteId>(siteId),
      );
      return { json: await wireDevices(deps, caller, devices) };
    },
  );
}

function addRoute(deps: HttpDeps): Route {
  return memberRoute(
    'manage-cameras',
    {
      ...bare,
      body: DeviceInput,
      method: 'post',
      path: paths.devices,
      summary: 'Adds a device to a site. Its signing secret is shown this once.',
      tag,
      answer: { status: 201, description: 'The device.', schema: DeviceCreated },
      errors: ['not-found', 'device-refused', 'conflict'],
    },
    async ({ caller, body, exchange }) => {
      const siteId = branded<SiteId>(body.siteId);
      const { device, signingSecret } = await addDevice(deps, caller, { ...body, siteId });
      logDevice(deps, 'device-added', caller, exchange, device.id);
      const [wire] = await wireDevices(deps, caller, [device]);
      return { json: { ...wire, signingSecret: signingSecret?.reveal() ?? null } };
    },
  );
}

function changeRoute(deps: HttpDeps): Route {
  return memberRoute(
    'manage-cameras',
    {
      ...bare,
      params,
      body: DeviceChange,
      method: 'put',
      path: paths.device('{deviceId}'),
      summary: 'Changes a device: all but its kind, how it is reached, and its secret.',
      tag,
      // Turned off, or called elsewhere, it is as silent as one that is gone.
      asksProof: true,
      answer: { status: 200, description: 'The device.', schema: Device },
      errors: ['device-refused', 'conflict'],
    },
    async ({ caller, params: { deviceId }, body, exchange }) => {
      const device = await changeDevice(deps, caller, { ...body, deviceId });
      logDevice(deps, 'device-changed', caller, exchange, deviceId);
      const [wire] = await wireDevices(deps, caller, [device]);
      return { json: wire };
    },
  );
}

function secretRoute(deps: HttpDeps): Route {
  return memberRoute(
    'manage-cameras',
    {
      ...bare,
      params,
      body: DeviceSecretInput,
      method: 'post',
      path: paths.deviceSecret('{deviceId}'),
      summary:
        'Gives a device over a webhook another signing secret, shown this once. The one before counts for 24 hours more, unless it must not.',
      tag,
      // Whoever takes a stolen session must not speak for the doors with it.
      asksProof: true,
      answer: { status: 201, description: 'The secret.', schema: DeviceSecret },
    },
    async ({ caller, params: { deviceId }, body, exchange }) => {
      const { signingSecret, previousUntil } = await changeSecret(deps, caller, { ...body, deviceId });
      logDevice(deps, 'device-secret-changed', caller, exchange, deviceId);
      return { json: { signingSecret: signingSecret.reveal(), previousUntil } };
    },
  );
}

function removeRoute(deps: HttpDeps): Route {
  return memberRoute(
    'manage-cameras',
    {
      ...bare,
      params,
      method: 'delete',
      path: paths.device('{deviceId}'),
      summary: 'Removes a device that is off.',
      tag,
      // Whoever takes a stolen session must not silence the house with it.
      asksProof: true,
      answer: { status: 204, description: 'Removed.' },
      errors: ['conflict'],
    },
    async ({ caller, params: { deviceId }, exchange }) => {
      await removeDevice(deps, caller, { deviceId });
      logDevice(deps, 'device-removed', caller, exchange, deviceId);
      return null;
    },
  );
}

function testRoute(deps: HttpDeps): Route {
  return memberRoute(
    'manage-cameras',
    {
      ...bare,
      params,
      method: 'post',
      path: paths.deviceTest('{deviceId}'),
      summary: 'Switches a siren or light on for 3 seconds and says whether it answers.',
      tag,
      answer: { status: 200, description: 'What became of it.', schema: DeviceTestResult },
      errors: ['too-many-requests'],
    },
    async ({ caller, params: { deviceId }, exchange }) => {
      await requireFewTests(deps.cache, `device-tests/${caller.organizationId}/${deviceId}`, deviceTests);
      const result = await within(deps.clock, testAlertTimeoutMs, exchange.signal, (signal) =>
        testDevice(deps, caller, { deviceId, signal }),
      );
      const problem = result.outcome === 'failed' ? result.reason : null;
      return { json: { outcome: result.outcome, problem } };
    },
  );
}

async function wireDevices(
  { records }: HttpDeps,
  caller: Caller,
  devices: readonly CoreDevice[],
): Promise<readonly z.output<typeof Device>[]> {
  const sites = new Set(devices.map(({ siteId }) => siteId));
  const found = await Promise.all(
    [...sites].map(async (siteId) => ({
      wanted: await records.alarms.wanted(siteId),
      ending: await records.alarms.ending(siteId),
    })),
  );
  // What does not answer is not on, as far as anybody knows; what was, may be on until it says that it is off.
  const on = found.flatMap(({ wanted }) => wanted.filter(({ state }) => state === 'acknowledged'));
  const turned = new Map<DeviceId, 'on' | 'switching-off'>([
    ...found.flatMap(({ ending }) => ending.map(({ deviceId }) => [deviceId, 'switching-off'] as const)),
    ...on.map(({ deviceId }) => [deviceId, 'on'] as const),
  ]);
  const mayManage = caller.permissions.has('manage-cameras');
  return devices.map((device) => wireDevice(device, turned, mayManage));
}

function wireDevice(
  device: CoreDevice,
  turned: ReadonlyMap<DeviceId, 'on' | 'switching-off'>,
  mayManage: boolean,
): z.output<typeof Device> {
  const { link, armings, ...rest } = device;
  const isSensor = device.kind === 'sensor';
  return {
    ...rest,
    via: link.via,
    link: mayManage ? link : null,
    armings: [...armings],
    minimumSeverity: isSensor ? null : device.minimumSeverity,
    durationSeconds: isSensor ? null : device.durationSeconds,
    senses: isSensor ? device.senses : null,
    role: isSensor ? device.role : null,
    state: isSensor ? device.state : (turned.get(device.id) ?? 'off'),
  };
}

function logDevice(
  { log }: HttpDeps,
  event: SecurityEvent,
  caller: Caller,
  { peerAddress }: Exchange,
  deviceId: DeviceId,
): void {
  logSecurity(log, event, { peerAddress, ...callerFields(caller), deviceId });
}
