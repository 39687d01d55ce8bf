// Schedules, histories, delays and bypasses of sites, as the pages know them.

import { queryOptions } from '@tanstack/react-query';
import { z } from 'zod';
import { paths } from '../../src/http/contract/paths.ts';
import {
  ArmingLine,
  type BypassInput,
  type ScheduleInput,
  type SiteChange,
  SiteSchedule,
} from '../../src/http/contract/sites.ts';
import { request, send } from '../app/api.ts';
import { keys } from '../app/query-keys.ts';

/** Lines shown at first, and with each "Show more". */
export const historyStep = 20;

export const scheduleQuery = (siteId: string) =>
  queryOptions({
    queryKey: keys.schedule(siteId),
    queryFn: ({ signal }) => request(SiteSchedule, paths.schedule(siteId), { signal }),
  });

export const armingHistoryQuery = (siteId: string, limit: number) =>
  queryOptions({
    queryKey: [...keys.armingHistory(siteId), limit],
    queryFn: ({ signal }) =>
      request(z.array(ArmingLine), `${paths.armingHistory(siteId)}?limit=${limit}`, { signal }),
    placeholderData: (before: readonly ArmingLine[] | undefined) =>
      before === undefined ? before : [...before],
  });

export function saveSchedule(siteId: string, input: ScheduleInput): Promise<void> {
  return send(paths.schedule(siteId), { method: 'PUT', body: input });
}

export function saveSettings(siteId: string, change: SiteChange): Promise<void> {
  return send(paths.site(siteId), { method: 'PATCH', body: change });
}

/** Bypasses the camera until `until` (null: the next disarming), or lets it alarm again where that is undefined. */
export function saveBypass(
  siteId: string,
  cameraId: string,
  until: number | null | undefined,
): Promise<void> {
  const path = paths.bypass(siteId, cameraId);
  if (until === undefined) return send(path, { method: 'DELETE' });
  return send(path, { method: 'PUT', body: { until } satisfies BypassInput });
}
