// Zones of a camera, as the pages know them.

import { queryOptions } from '@tanstack/react-query';
import { paths } from '../../src/http/contract/paths.ts';
import { CameraZones, type ZonesInput } from '../../src/http/contract/zones.ts';
import { request } from '../app/api.ts';
import { keys } from '../app/query-keys.ts';

export function zonesQuery(cameraId: string) {
  return queryOptions({
    queryKey: keys.zones(cameraId),
    queryFn: ({ signal }) => request(CameraZones, paths.zones(cameraId), { signal }),
  });
}

export function saveZones(cameraId: string, input: ZonesInput): Promise<CameraZones> {
  return request(CameraZones, paths.zones(cameraId), { method: 'PUT', body: input });
}
