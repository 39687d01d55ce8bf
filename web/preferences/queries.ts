// My alerts: what is known, and the intentions on it.

import { queryOptions } from '@tanstack/react-query';
import { z } from 'zod';
import { ChannelTestResult } from '../../src/http/contract/channels.ts';
import { MyAlerts, type PersonalKind, PushDevice, type Wishes } from '../../src/http/contract/my-alerts.ts';
import { paths } from '../../src/http/contract/paths.ts';
import { request, send } from '../app/api.ts';
import { keys } from '../app/query-keys.ts';
import { type BrowserSubscription, currentEndpoint } from './push.ts';

export const myAlertsQuery = queryOptions({
  queryKey: keys.myAlerts,
  queryFn: ({ signal }) => request(MyAlerts, paths.myAlerts, { signal }),
});

export const pushDevicesQuery = queryOptions({
  queryKey: keys.pushDevices,
  queryFn: ({ signal }) => request(z.array(PushDevice), paths.pushDevices, { signal }),
});

/** This browser's own subscription: known to the browser alone. */
export const thisBrowserQuery = queryOptions({
  queryKey: keys.thisBrowser,
  queryFn: async () => ({ endpoint: await currentEndpoint().catch(() => null) }),
});

export function saveWishes(wishes: Wishes): Promise<MyAlerts> {
  return request(MyAlerts, paths.myAlerts, { method: 'PUT', body: wishes });
}

export function addDevice(subscription: BrowserSubscription): Promise<PushDevice> {
  return request(PushDevice, paths.pushDevices, { method: 'POST', body: subscription });
}

export function removeDevice(deviceId: string): Promise<void> {
  return send(paths.pushDevice(deviceId), { method: 'DELETE' });
}

export function testKind(kind: PersonalKind): Promise<ChannelTestResult> {
  return request(ChannelTestResult, paths.myAlertsTest, { method: 'POST', body: { kind } });
}

export function sendPhoneCode(kind: 'sms' | 'voice'): Promise<void> {
  return send(paths.phoneCode, { method: 'POST', body: { kind } });
}

export function provePhone(code: string): Promise<void> {
  return send(paths.phoneProof, { method: 'POST', body: { code } });
}
