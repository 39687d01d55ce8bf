// What people do to incidents: look after them, assign, note, escalate, resolve, reopen.

import { z } from 'zod';
import { branded, type DeviceId, type IncidentId, type MemberId } from '../../core/brand.ts';
import { switchDevice } from '../../core/device/switch.ts';
import { assignIncident, listAssignable, noteIncident } from '../../core/incident/assign.ts';
import type { Act } from '../../core/incident/act.ts';
import { escalateIncident } from '../../core/incident/escalate.ts';
import type { Incident as CoreIncident } from '../../core/incident/incident.ts';
import {
  acknowledgeIncident,
  acknowledgeIncidents,
  reopenIncident,
  resolveIncident,
} from '../../core/incident/life.ts';
import { type Caller, person } from '../../core/organization/access.ts';
import { id } from '../contract/common.ts';
import {
  AcknowledgeInput,
  AcknowledgeResult,
  Assignable,
  AssignInput,
  IncidentDetail,
  NoteInput,
  ResolveInput,
  SwitchInput,
} from '../contract/incidents.ts';
import { paths } from '../contract/paths.ts';
import type { HttpDeps } from '../dependencies.ts';
import { bare, memberRoute, type Route } from '../route.ts';
import { wireDetail } from './incident-wire.ts';

const tag = 'incidents';
const params = z.object({ incidentId: id.transform((value) => branded<IncidentId>(value)) });
const answer = { status: 200, description: 'The incident.', schema: IncidentDetail } as const;

/** What is done to one incident, and to many. */
export function incidentActRoutes(deps: HttpDeps): readonly Route[] {
  return [
    acknowledgeManyRoute(deps),
    actRoute(
      deps,
      paths.acknowledge,
      'Says that one looks after an incident.',
      z.undefined(),
      (caller, act) => acknowledgeIncident(deps, caller, act),
    ),
    actRoute(
      deps,
      paths.resolve,
      'Closes an incident and says what it was.',
      ResolveInput,
      (caller, act, body) => resolveIncident(deps, caller, { ...act, ...body }),
    ),
    actRoute(
      deps,
      paths.reopen,
      'Opens a resolved incident again; what is still there of its footage is held.',
      z.undefined(),
      (caller, act) => reopenIncident(deps, caller, act),
    ),
    actRoute(
      deps,
      paths.assign,
      'Says who looks after an incident; null is nobody.',
      AssignInput,
      (caller, act, { memberId }) => {
        const assigneeId = memberId === null ? null : branded<MemberId>(memberId);
        return assignIncident(deps, caller, { ...act, assigneeId });
      },
    ),
    actRoute(
      deps,
      paths.note,
      'Writes a note into the history of an incident, for good.',
      NoteInput,
      (caller, act, { text }) => noteIncident(deps, caller, { ...act, text }),
    ),
    actRoute(
      deps,
      paths.escalate,
      'Makes an incident serious, and has the next level told at once.',
      z.undefined(),
      (caller, act) => escalateIncident(deps, caller, act),
    ),
    assignableRoute(deps),
    switchRoute(deps),
  ];
}

/** One act of a person on one incident. */
function actRoute<Body extends z.ZodType>(
  deps: HttpDeps,
  path: (incidentId: string) => string,
  summary: string,
  body: Body,
  act: (caller: Caller, act: Act, body: z.output<Body>) => Promise<CoreIncident>,
): Route {
  return memberRoute(
    'resolve',
    {
      ...bare,
      params,
      body,
      method: 'post',
      path: path('{incidentId}'),
      summary,
      tag,
      answer,
      errors: ['incident-state', 'conflict'],
    },
    async ({ caller, params: { incidentId }, body: given }) => {
      const { id: memberId } = person(caller);
      const incident = await act(caller, { incidentId, memberId }, given);
      return { json: await wireDetail(deps, caller, incident) };
    },
  );
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
      return { json: await acknowledgeIncidents(deps, caller, { incidentIds, memberId }) };
    },
  );
}

function assignableRoute(deps: HttpDeps): Route {
  return memberRoute(
    'resolve',
    {
      ...bare,
      params,
      method: 'get',
      path: paths.assignable('{incidentId}'),
      summary: 'Who can look after an incident: who reaches its site and may resolve.',
      tag,
      answer: { status: 200, description: 'The people, by name.', schema: z.array(Assignable) },
    },
    async ({ caller, params: { incidentId } }) => ({
      json: await listAssignable(deps, caller, { incidentId }),
    }),
  );
}

function switchRoute(deps: HttpDeps): Route {
  return memberRoute(
    'resolve',
    {
      ...bare,
      params: params.extend({ deviceId: id.transform((value) => branded<DeviceId>(value)) }),
      body: SwitchInput,
      method: 'post',
      path: paths.incidentDevice('{incidentId}', '{deviceId}'),
      summary: 'Switches a siren or light at the site of an incident on, for its time, or off.',
      tag,
      answer,
      errors: ['incident-state', 'conflict'],
    },
    async ({ caller, params: { incidentId, deviceId }, body: { turn } }) => {
      const { id: memberId } = person(caller);
      const incident = await switchDevice(deps, caller, { incidentId, memberId, deviceId, turn });
      return { json: await wireDetail(deps, caller, incident) };
    },
  );
}
