// My browsers that take push messages, and proof of my phone number.

import { z } from 'zod';
import { provePhone, sendPhoneCode } from '../../core/alert/phone-proof.ts';
import type { PushSubscription } from '../../core/alert/push-subscription.ts';
import { addSubscription, removeSubscription } from '../../core/alert/push-subscriptions.ts';
import { person } from '../../core/organization/access.ts';
import { callerFields, logSecurity } from '../../core/organization/security-log.ts';
import { id } from '../contract/common.ts';
import { PhoneCodeInput, PhoneProofInput, PushDevice, PushDeviceInput } from '../contract/my-alerts.ts';
import { paths } from '../contract/paths.ts';
import type { HttpDeps } from '../dependencies.ts';
import { deviceName } from '../device-name.ts';
import { testAlertTimeoutMs } from '../limits.ts';
import { bare, memberRoute, type Route } from '../route.ts';
import { within } from '../within.ts';

const tag = 'my alerts';

/** Browsers and phone of who is signed in. */
export function myDeviceRoutes(deps: HttpDeps): readonly Route[] {
  return [...browserRoutes(deps), ...phoneRoutes(deps)];
}

function browserRoutes(deps: HttpDeps): readonly Route[] {
  const { records, log } = deps;
  return [
    memberRoute(
      'be-alerted',
      {
        ...bare,
        method: 'get',
        path: paths.pushDevices,
        summary: 'My browsers that take push messages.',
        tag,
        answer: { status: 200, description: 'The browsers.', schema: z.array(PushDevice) },
      },
      async ({ caller }) => ({
        json: (await records.pushSubscriptions.ofMember(person(caller).id)).map(wireDevice),
      }),
    ),
    memberRoute(
      'be-alerted',
      {
        ...bare,
        body: PushDeviceInput,
        method: 'post',
        path: paths.pushDevices,
        summary: 'Adds or renews a browser that takes push messages, and puts push among what I want.',
        tag,
        answer: { status: 201, description: 'The browser.', schema: PushDevice },
        errors: ['channel-refused'],
      },
      async ({ caller, body: { name, endpoint, keys }, exchange: { request, peerAddress } }) => {
        const device = await addSubscription(deps, person(caller), {
          name: name ?? deviceName(request.headers.get('user-agent') ?? ''),
          endpoint,
          ...keys,
        });
        logSecurity(log, 'push-device-added', { peerAddress, ...callerFields(caller), deviceId: device.id });
        return { json: wireDevice(device) };
      },
    ),
    memberRoute(
      'be-alerted',
      {
        ...bare,
        params: z.object({ deviceId: id }),
        method: 'delete',
        path: paths.pushDevice('{deviceId}'),
        summary: 'Sends no more push messages to a browser of mine.',
        tag,
        answer: { status: 204, description: 'Removed.' },
      },
      async ({ caller, params: { deviceId }, exchange: { peerAddress } }) => {
        await removeSubscription(deps, person(caller), deviceId);
        logSecurity(log, 'push-device-removed', { peerAddress, ...callerFields(caller), deviceId });
        return null;
      },
    ),
  ];
}

function phoneRoutes(deps: HttpDeps): readonly Route[] {
  return [
    memberRoute(
      'be-alerted',
      {
        ...bare,
        body: PhoneCodeInput,
        method: 'post',
        path: paths.phoneCode,
        summary: 'Sends a code to my phone number, as a text message or by a call.',
        tag,
        answer: { status: 204, description: 'Sent.' },
        errors: ['channel-failed', 'too-many-requests'],
      },
      async ({ caller, body: { kind }, exchange }) => {
        const member = person(caller);
        await within(deps.clock, testAlertTimeoutMs, exchange.signal, (signal) =>
          sendPhoneCode(deps, member, { kind, signal }),
        );
        return null;
      },
    ),
    memberRoute(
      'be-alerted',
      {
        ...bare,
        body: PhoneProofInput,
        method: 'post',
        path: paths.phoneProof,
        summary: 'Proves with the code that the number is mine: alerts go there only then.',
        tag,
        answer: { status: 204, description: 'Proven.' },
        errors: ['code-wrong', 'too-many-requests'],
      },
      async ({ caller, body: { code }, exchange: { peerAddress } }) => {
        await provePhone(deps, person(caller), code);
        logSecurity(deps.log, 'phone-proven', { peerAddress, ...callerFields(caller) });
        return null;
      },
    ),
  ];
}

function wireDevice({ id, name, endpoint, createdAt }: PushSubscription): z.output<typeof PushDevice> {
  return { id, name, endpoint, createdAt };
}
