// Incidents: what happened, the pictures of it, and what people did about it.

import { z } from 'zod';
import { branded, type IncidentId } from '../../core/brand.ts';
import { listIncidents } from '../../core/incident/list.ts';
import { readSnapshot } from '../../core/incident/snapshot.ts';
import { owned } from '../../core/organization/access.ts';
import { toldIncident } from '../../core/incident/told.ts';
import { id } from '../contract/common.ts';
import { Incident, IncidentDetail, IncidentQuery } from '../contract/incidents.ts';
import { paths } from '../contract/paths.ts';
import type { HttpDeps } from '../dependencies.ts';
import { anyQuery, bare, memberRoute, type Route } from '../route.ts';
import { incidentActRoutes } from './incident-acts.ts';
import { filterOf } from './incident-filter.ts';
import { namesOf, wireDetail } from './incident-wire.ts';

const tag = 'incidents';
const params = z.object({ incidentId: id.transform((value) => branded<IncidentId>(value)) });
const answer = { status: 200, description: 'The incident.', schema: IncidentDetail } as const;

/** Incidents and what people do about them. */
export function incidentRoutes(deps: HttpDeps): readonly Route[] {
  return [...readRoutes(deps), ...incidentActRoutes(deps)];
}

function readRoutes(deps: HttpDeps): readonly Route[] {
  const { records } = deps;
  return [
    memberRoute(
      'view',
      {
        ...bare,
        query: IncidentQuery,
        method: 'get',
        path: paths.incidents,
        summary: 'Incidents, filtered and in an order; `after` goes on behind the last one of a page.',
        tag,
        answer: { status: 200, description: 'The incidents.', schema: z.array(Incident) },
      },
      async ({ caller, query }) => {
        const incidents = await listIncidents(deps, caller, filterOf(query));
        const names = await namesOf(deps, caller);
        return { json: incidents.map((incident) => toldIncident(names, incident)) };
      },
    ),
    memberRoute(
      'view',
      {
        ...bare,
        params,
        method: 'get',
        path: paths.incident('{incidentId}'),
        summary: 'One incident with its steps and the alerts that went out.',
        tag,
        answer,
      },
      async ({ caller, params: { incidentId } }) => {
        const incident = owned(await records.incidents.find(incidentId), caller);
        return { json: await wireDetail(deps, caller, incident) };
      },
    ),
    memberRoute(
      'view',
      {
        ...bare,
        // Who had no picture yet asks again at an address that the browser does not remember as broken.
        query: anyQuery,
        params,
        method: 'get',
        path: paths.snapshot('{incidentId}'),
        summary: 'The picture of an incident.',
        tag,
        answer: { status: 200, description: 'The picture.', mediaType: 'image/jpeg' },
        errors: ['key-destroyed', 'key-unavailable'],
      },
      async ({ caller, params: { incidentId } }) => {
        const incident = owned(await records.incidents.find(incidentId), caller);
        return new Response(await readSnapshot(deps, incident), {
          headers: { 'content-type': 'image/jpeg', 'cache-control': 'private, no-store' },
        });
      },
    ),
  ];
}
