// Zones of cameras: what is watched for, and where.

import { z } from 'zod';
import { branded, type CameraId, type ZoneId } from '../../core/brand.ts';
import type { CameraZones as CoreZones } from '../../core/detection/zone.ts';
import { callerFields, logSecurity } from '../../core/organization/security-log.ts';
import { cameraZones, changeZones } from '../../core/site/zones.ts';
import { id } from '../contract/common.ts';
import { paths } from '../contract/paths.ts';
import { CameraZones, ZonesInput } from '../contract/zones.ts';
import type { HttpDeps } from '../dependencies.ts';
import { bare, memberRoute, type Route } from '../route.ts';

const tag = 'cameras';
const params = z.object({ cameraId: id.transform((value) => branded<CameraId>(value)) });
const answer = { status: 200, description: 'The zones.', schema: CameraZones } as const;

/** Zones of cameras. */
export function zoneRoutes(deps: HttpDeps): readonly Route[] {
  return [
    memberRoute(
      'view',
      {
        ...bare,
        params,
        method: 'get',
        path: paths.zones('{cameraId}'),
        summary: 'The zones of a camera, and their version.',
        tag,
        answer,
      },
      async ({ caller, params: { cameraId } }) => ({
        json: wireZones(await cameraZones(deps, caller, cameraId)),
      }),
    ),
    memberRoute(
      'manage-cameras',
      {
        ...bare,
        params,
        body: ZonesInput,
        method: 'put',
        path: paths.zones('{cameraId}'),
        summary: 'Replaces all zones of a camera; they count within a second, and recording goes on.',
        tag,
        answer,
        errors: ['conflict'],
      },
      async ({ caller, params: { cameraId }, body: { version, zones }, exchange: { peerAddress } }) => {
        const named = zones.map((zone) => ({ ...zone, id: branded<ZoneId>(zone.id) }));
        const changed = await changeZones(deps, caller, { cameraId, version, zones: named });
        const who = { peerAddress, ...callerFields(caller) };
        logSecurity(deps.log, 'camera-changed', { ...who, cameraId, zones: zones.length });
        return { json: wireZones(changed) };
      },
    ),
  ];
}

function wireZones({ version, changedAt, zones }: CoreZones): unknown {
  return { version, changedAt, zones };
}
