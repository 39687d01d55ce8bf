// Incidents: what happened, the pictures of it, and what people did about it.

import { z } from 'zod';
import type { Channel } from '../../core/alert/alert.ts';
import { personalChannelId } from '../../core/alert/recipients.ts';
import { branded, type ChannelId, type EpochMs, type IncidentId } from '../../core/brand.ts';
import { clipSpan, holdAfterMs } from '../../core/incident/clip.ts';
import type { Incident as CoreIncident } from '../../core/incident/incident.ts';
import { acknowledgeIncident, acknowledgeIncidents, resolveIncident } from '../../core/incident/life.ts';
import { listIncidents } from '../../core/incident/list.ts';
import { readSnapshot } from '../../core/incident/snapshot.ts';
import { type Caller, owned, person } from '../../core/organization/access.ts';
import type { Member } from '../../core/organization/organization.ts';
import { id } from '../contract/common.ts';
import {
  AcknowledgeInput,
  AcknowledgeResult,
  Incident,
  IncidentDetail,
  IncidentQuery,
  ResolveInput,
} from '../contract/incidents.ts';
import { paths } from '../contract/paths.ts';
import type { HttpDeps } from '../dependencies.ts';
import { bare, memberRoute, type Route } from '../route.ts';
import { filterOf } from './incident-filter.ts';

const tag = 'incidents';
const params = z.object({ incidentId: id.transform((value) => branded<IncidentId>(value)) });
const answer = { status: 200, description: 'The incident.', schema: IncidentDetail } as const;

/** While an incident goes on, its clip's end moves in steps of this, in ms: each step is another playlist. */
const clipStepMs = 60_000;

/** Incidents and what people do about them. */
export function incidentRoutes(deps: HttpDeps): readonly Route[] {
  return [...readRoutes(deps), acknowledgeManyRoute(deps), ...actRoutes(deps)];
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

function actRoutes(deps: HttpDeps): readonly Route[] {
  return [
    memberRoute(
      'resolve',
      {
        ...bare,
        params,
        method: 'post',
        path: paths.acknowledge('{incidentId}'),
        summary: 'Says that one looks after an incident.',
        tag,
        answer,
        errors: ['incident-state'],
      },
      async ({ caller, params: { incidentId } }) => {
        const { id: memberId } = person(caller);
        const incident = await acknowledgeIncident(deps, caller, { incidentId, memberId });
        return { json: await wireDetail(deps, caller, incident) };
      },
    ),
    memberRoute(
      'resolve',
      {
        ...bare,
        params,
        body: ResolveInput,
        method: 'post',
        path: paths.resolve('{incidentId}'),
        summary: 'Closes an incident and says what it was.',
        tag,
        answer,
        errors: ['incident-state'],
      },
      async ({ caller, params: { incidentId }, body: { resolution } }) => {
        const { id: memberId } = person(caller);
        const incident = await resolveIncident(deps, caller, { incidentId, memberId, resolution });
        return { json: await wireDetail(deps, caller, incident) };
      },
    ),
  ];
}

function acknowledgeManyRoute(deps: HttpDeps): Route {
  return memberRoute(
    'resolve',
    {
      ...bare,
      body: AcknowledgeInput,
      method: 'post',
      path: paths.acknowledgeMany,
      summary: 'Says that one looks after these incidents, each for itself, and what became of each.',
      tag,
      answer: { status: 200, description: 'What became of each.', schema: z.array(AcknowledgeResult) },
    },
    async ({ caller, body }) => {
      const { id: memberId } = person(caller);
      const incidentIds = body.incidentIds.map((each) => branded<IncidentId>(each));
      const results = await acknowledgeIncidents(deps, caller, { incidentIds, memberId });
      return { json: [...results] };
    },
  );
}

interface Names {
  readonly sites: ReadonlyMap<string, string>;
  readonly cameras: ReadonlyMap<string, string>;
  readonly members: ReadonlyMap<string, string>;
}

async function namesOf({ records }: HttpDeps, { organizationId }: Caller): Promise<Names> {
  const [sites, cameras, members] = await Promise.all([
    records.sites.list(organizationId),
    records.cameras.list(organizationId),
    records.members.list(organizationId),
  ]);
  return {
    sites: new Map(sites.map(({ id, name }) => [id, name])),
    cameras: new Map(cameras.map(({ id, name }) => [id, name])),
    members: new Map(members.map(({ id, name }) => [id, name])),
  };
}

function wireIncident(names: Names, incident: CoreIncident): z.output<typeof Incident> {
  const { cameraIds, snapshotId, assigneeId, ...rest } = incident;
  return {
    ...rest,
    siteName: names.sites.get(incident.siteId) ?? 'Removed site',
    cameras: cameraIds.map((id) => ({ id, name: names.cameras.get(id) ?? 'Removed camera' })),
    assignee:
      assigneeId === null
        ? null
        : { id: assigneeId, name: names.members.get(assigneeId) ?? 'Removed person' },
    hasSnapshot: snapshotId !== null,
    clip: wireClip(incident),
  };
}

/** What is held; while the incident goes on the end lies ahead, so that the playlist of it grows. */
function wireClip(incident: CoreIncident): { from: number; to: number } {
  const end = branded<EpochMs>(incident.lastSeenAt + holdAfterMs);
  const { startAt, endAt } = clipSpan(incident, end);
  const lengthMs = endAt - startAt;
  const steady = incident.endAt === null ? Math.ceil(lengthMs / clipStepMs) * clipStepMs : lengthMs;
  return { from: startAt, to: startAt + steady };
}

async function wireDetail(
  deps: HttpDeps,
  caller: Caller,
  incident: CoreIncident,
): Promise<z.output<typeof IncidentDetail>> {
  const { records } = deps;
  const [names, members, steps, alerts, channels] = await Promise.all([
    namesOf(deps, caller),
    records.members.list(caller.organizationId),
    records.incidents.steps(incident.id),
    records.alerts.ofIncident(incident.id),
    records.channels.list(caller.organizationId),
  ]);
  return {
    ...wireIncident(names, incident),
    steps: steps.map(({ at, action, memberId, detail }) => ({
      at,
      action,
      who: members.find((member) => member.id === memberId)?.name ?? null,
      detail,
    })),
    alerts: alerts.map((alert) => ({ ...alert, ...wireChannel(alert.channelId, channels, members) })),
  };
}

/** What an alert went over: a channel of the organization, or a person's own e-mail, whose channel has their id. */
function wireChannel(
  channelId: ChannelId,
  channels: readonly Channel[],
  members: readonly Member[],
): { channel: string; kind: Channel['kind'] } {
  const found = channels.find(({ id }) => id === channelId);
  if (found !== undefined) return { channel: found.name, kind: found.kind };
  const member = members.find((each) => personalChannelId(each) === channelId);
  if (member !== undefined) return { channel: member.name, kind: 'email' };
  return { channel: 'Removed channel', kind: 'webhook' };
}
