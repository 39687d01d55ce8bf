// Sites, cameras and who would be told, as the pages know them.

import { queryOptions } from '@tanstack/react-query';
import { z } from 'zod';
import { Camera } from '../../src/http/contract/cameras.ts';
import { AlertReach } from '../../src/http/contract/escalation.ts';
import { paths } from '../../src/http/contract/paths.ts';
import { Site } from '../../src/http/contract/sites.ts';
import { request } from '../app/api.ts';
import { keys } from '../app/query-keys.ts';

export const sitesQuery = queryOptions({
  queryKey: keys.sites,
  queryFn: ({ signal }) => request(z.array(Site), paths.sites, { signal }),
});

export const camerasQuery = queryOptions({
  queryKey: keys.cameras,
  queryFn: ({ signal }) => request(z.array(Camera), paths.cameras, { signal }),
});

export const reachQuery = queryOptions({
  queryKey: keys.alertReach,
  queryFn: ({ signal }) => request(AlertReach, paths.alertReach, { signal }),
  // Channels and people change rarely; whether the last alerts arrived is known within the minute.
  refetchInterval: 60_000,
});
