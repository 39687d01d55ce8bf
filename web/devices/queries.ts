// Devices, as the pages know them.

import { queryOptions } from '@tanstack/react-query';
import { z } from 'zod';
import {
  Device,
  type DeviceChange,
  DeviceCreated,
  type DeviceInput,
  DeviceSecret,
  type DeviceSecretInput,
  DeviceTestResult,
} from '../../src/http/contract/devices.ts';
import { paths } from '../../src/http/contract/paths.ts';
import { request, send } from '../app/api.ts';
import { keys } from '../app/query-keys.ts';

export function devicesQuery(siteId: string) {
  return queryOptions({
    queryKey: keys.devices(siteId),
    queryFn: ({ signal }) => request(z.array(Device), `${paths.devices}?siteId=${siteId}`, { signal }),
    // Sensors say something at any time; the page of a site is no alarm.
    refetchInterval: 10_000,
  });
}

export function addDevice(body: DeviceInput): Promise<DeviceCreated> {
  return request(DeviceCreated, paths.devices, { method: 'POST', body });
}

export function changeDevice(deviceId: string, body: DeviceChange): Promise<Device> {
  return request(Device, paths.device(deviceId), { method: 'PUT', body });
}

export function changeSecret(deviceId: string, body: DeviceSecretInput): Promise<DeviceSecret> {
  return request(DeviceSecret, paths.deviceSecret(deviceId), { method: 'POST', body });
}

export function removeDevice(deviceId: string): Promise<void> {
  return send(paths.device(deviceId), { method: 'DELETE' });
}

export function testDevice(deviceId: string): Promise<DeviceTestResult> {
  return request(DeviceTestResult, paths.deviceTest(deviceId), { method: 'POST' });
}
