// What sensors say: signed with their own secret, or by a machine with an access key.

import { z } from 'zod';
import { branded, type DeviceId, type EpochMs } from '../../core/brand.ts';
import type { Device } from '../../core/device/device.ts';
import { once, reportEvent } from '../../core/device/sensor-event.ts';
import { memoryMs, verifyEvent } from '../../core/device/signed-event.ts';
import { errorCode, VedetteError } from '../../core/errors.ts';
import { orWithoutCache } from '../../core/guarded.ts';
import { owned } from '../../core/organization/access.ts';
import { logSecurity } from '../../core/organization/security-log.ts';
import { countAttempt, requireAttemptsLeft } from '../attempts.ts';
import { readText } from '../body.ts';
import { id } from '../contract/common.ts';
import { SensorEventInput, SensorEventResult } from '../contract/devices.ts';
import { paths } from '../contract/paths.ts';
import type { HttpDeps } from '../dependencies.ts';
import { parsed } from '../problem.ts';
import { anyQuery, bare, memberRoute, publicRoute, type Route } from '../route.ts';

const tag = 'devices';
const params = z.object({ deviceId: id.transform((value) => branded<DeviceId>(value)) });
const answer = { status: 200, description: 'What became of it.', schema: SensorEventResult } as const;

/** Events of sensors. */
export function deviceEventRoutes(deps: HttpDeps): readonly Route[] {
  return [signedRoute(deps), reportRoute(deps)];
}

/**
 * The signature is the proof of who calls. A replay changes nothing: its id was heard, or its time is over. Failures are
 * counted by address, so that nobody guesses, and nobody keeps a sensor out by failing in its name.
 */
function signedRoute(deps: HttpDeps): Route {
  const route = publicRoute(
    {
      ...bare,
      query: anyQuery,
      params,
      method: 'post',
      path: paths.deviceEvents('{deviceId}'),
      summary:
        'A sensor says what it feels, signed with its secret as Standard Webhooks 1.0.0 says. The same webhook-id again changes nothing.',
      tag,
      answer,
      errors: ['device-event-refused', 'request-invalid', 'body-too-large', 'too-many-requests'],
    },
    async ({ params: { deviceId }, exchange: { request, peerAddress } }) => {
      // Nobody guesses a secret of 256 bits: while nobody counts, sensors are heard all the same.
      await orWithoutCache(() => requireAttemptsLeft(deps, 'device-event', peerAddress), undefined);
      const body = await readText(request);
      const { device, event } = await verified(deps, deviceId, request.headers, body).catch(
        async (error: unknown) => {
          if (errorCode(error) === 'device-event-refused') {
            await orWithoutCache(() => countAttempt(deps, 'device-event', peerAddress), undefined);
            logSecurity(deps.log, 'device-event-refused', { peerAddress, deviceId });
          }
          throw error;
        },
      );
      const input = parsed(SensorEventInput, jsonOf(body));
      const at = branded<EpochMs>(input.at ?? event.at);
      const seen = { deviceId, eventId: event.id, memoryMs };
      const result = await once(deps.cache, seen, () => report(deps, device, { state: input.state, at }));
      return { json: result ?? { repeated: true, incidentId: null } };
    },
  );
  // Read as it came, because it is signed; described all the same.
  return { ...route, body: SensorEventInput };
}

function reportRoute(deps: HttpDeps): Route {
  return memberRoute(
    'report-sensors',
    {
      ...bare,
      query: anyQuery,
      params,
      body: SensorEventInput,
      method: 'post',
      path: paths.deviceReport('{deviceId}'),
      summary: 'Says for a sensor what it feels: for machines with an access key.',
      tag,
      answer,
      errors: ['too-many-requests'],
    },
    async ({ caller, params: { deviceId }, body: { state, at } }) => {
      const device = owned(await deps.records.devices.find(deviceId), caller);
      return { json: await report(deps, device, { state, at: branded<EpochMs>(at ?? deps.clock.now()) }) };
    },
  );
}

async function report(
  deps: HttpDeps,
  device: Device,
  event: Parameters<typeof reportEvent>[2],
): Promise<z.output<typeof SensorEventResult>> {
  const { incident, cutCameras } = await reportEvent(deps, device, event);
  for (const cameraId of cutCameras) deps.cutRecording(cameraId);
  return { repeated: false, incidentId: incident?.id ?? null };
}

/** Whether there is such a device is nobody's business: it looks like a wrong signature. */
async function verified(
  { records, clock }: HttpDeps,
  deviceId: DeviceId,
  headers: Headers,
  body: string,
): Promise<{ device: Device; event: { id: string; at: number } }> {
  const device = await records.devices.find(deviceId);
  const secrets = device === null ? [] : await records.devices.signingSecrets(deviceId, clock.now());
  if (device === null || secrets.length === 0) {
    throw new VedetteError('device-event-refused', 'The signature is not one by the secret of this device.');
  }
  const signed = {
    id: headers.get('webhook-id'),
    timestamp: headers.get('webhook-timestamp'),
    signature: headers.get('webhook-signature'),
  };
  return { device, event: await verifyEvent(secrets, signed, body, clock.now()) };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new VedetteError('request-invalid', 'The request is not valid JSON.', { cause });
  }
}
