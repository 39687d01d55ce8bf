// What the duty screen watches. It asks again all the time: a wall that missed something must not look quiet.

import { queryOptions } from '@tanstack/react-query';
import { z } from 'zod';
import { Incident } from '../../src/http/contract/incidents.ts';
import { paths } from '../../src/http/contract/paths.ts';
import { request } from '../app/api.ts';
import { keys } from '../app/query-keys.ts';

/** Asked again so often, also where live updates come, in ms: the connection is known to be there. */
const everyMs = 3000;
/** Longest wait for an answer, in ms: later it counts as lost. */
const answerMs = 6000;

/** Unacknowledged ones on the wall at most; beyond, the worst are shown and the others counted. */
export const mostOpen = 100;
/** Of what somebody looks after, the newest. */
const mostAcknowledged = 20;

export const dutyQuery = queryOptions({
  queryKey: keys.duty,
  queryFn: async ({ signal }) => {
    const soon = AbortSignal.any([signal, AbortSignal.timeout(answerMs)]);
    const list = (query: string) =>
      request(z.array(Incident), `${paths.incidents}?${query}`, { signal: soon });
    const [open, acknowledged] = await Promise.all([
      list(`state=open&order=severity&limit=${mostOpen}`),
      list(`state=acknowledged&limit=${mostAcknowledged}`),
    ]);
    return [...open, ...acknowledged];
  },
  refetchInterval: everyMs,
  // Nobody may look at the wall, and it sounds all the same.
  refetchIntervalInBackground: true,
  retry: false,
});
