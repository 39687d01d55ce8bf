// Incidents: what happened, the pictures of it, and what people did about it.

import { z } from 'zod';
import { branded, type CameraId, type EpochMs, type IncidentId, type SiteId } from '../../core/brand.ts';
import type { IncidentState } from '../../core/incident/incident.ts';
import { type IncidentFilter, listIncidents } from '../../core/incident/list.ts';
import { readSnapshot } from '../../core/incident/snapshot.ts';
import { owned } from '../../core/organization/access.ts';
import { id } from '../contract/common.ts';
import { Incident, IncidentDetail, IncidentQuery } from '../contract/incidents.ts';
import { paths } from '../contract/paths.ts';
import type { HttpDeps } from '../dependencies.ts';
import { bare, memberRoute, type Route } from '../route.ts';
import { incidentActRoutes } from './incident-acts.ts';
import { namesOf, wireDetail, wireIncident } from './incident-wire.ts';

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
        summary: 'Incidents, newest first; `before` pages on.',
        tag,
        answer: { status: 200, description: 'The incidents.', schema: z.array(Incident) },
      },
      async ({ caller, query }) => {
        const incidents = await listIncidents(deps, caller, filterOf(query));
        const names = await namesOf(deps, caller);
        return { json: incidents.map((incident) => wireIncident(names, incident)) };
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

function filterOf(query: z.output<typeof IncidentQuery>): IncidentFilter {
  const states: readonly IncidentState[] | null =
    query.state === undefined
      ? null
      : query.state === 'unresolved'
        ? ['open', 'acknowledged']
        : [query.state];
  return {
    limit: query.limit,
    ...(query.siteId === undefined ? {} : { siteId: branded<SiteId>(query.siteId) }),
    ...(query.cameraId === undefined ? {} : { cameraId: branded<CameraId>(query.cameraId) }),
    ...(query.before === undefined ? {} : { before: branded<EpochMs>(query.before) }),
    ...(states === null ? {} : { states }),
  };
}
