// What was judged false: suppressed from its incident, listed and taken back at its camera.

import { z } from 'zod';
import { branded, type CameraId, type IncidentId, type SuppressionId } from '../../core/brand.ts';
import { listSuppressions, removeSuppression, suppressIncident } from '../../core/incident/suppress.ts';
import { person } from '../../core/organization/access.ts';
import { id } from '../contract/common.ts';
import { paths } from '../contract/paths.ts';
import { Suppression } from '../contract/suppressions.ts';
import type { HttpDeps } from '../dependencies.ts';
import { bare, memberRoute, type Route } from '../route.ts';

const tag = 'incidents';

/** Suppressions of cameras. */
export function suppressionRoutes(deps: HttpDeps): readonly Route[] {
  return [
    memberRoute(
      'resolve',
      {
        ...bare,
        params: z.object({ incidentId: id.transform((value) => branded<IncidentId>(value)) }),
        method: 'post',
        path: paths.suppress('{incidentId}'),
        summary:
          'Has what this incident was about alarm no more where it stands, and calls it a false alarm.',
        tag,
        answer: { status: 204, description: 'Suppressed.' },
        errors: ['incident-state', 'conflict'],
      },
      async ({ caller, params: { incidentId } }) => {
        await suppressIncident(deps, caller, { incidentId, memberId: person(caller).id });
        return null;
      },
    ),
    memberRoute(
      'view',
      {
        ...bare,
        params: z.object({ cameraId: id.transform((value) => branded<CameraId>(value)) }),
        method: 'get',
        path: paths.suppressions('{cameraId}'),
        summary: 'What a camera no longer alarms about, oldest first.',
        tag,
        answer: { status: 200, description: 'The suppressions.', schema: z.array(Suppression) },
      },
      async ({ caller, params: { cameraId } }) => {
        const suppressions = await listSuppressions(deps, caller, cameraId);
        const members = await deps.records.members.list(caller.organizationId);
        return {
          json: suppressions.map((suppression) => ({
            ...suppression,
            by: members.find((member) => member.id === suppression.by)?.name ?? null,
          })),
        };
      },
    ),
    memberRoute(
      'resolve',
      {
        ...bare,
        params: z.object({ suppressionId: id.transform((value) => branded<SuppressionId>(value)) }),
        method: 'delete',
        path: paths.suppression('{suppressionId}'),
        summary: 'Takes a suppression back: what stands there alarms again.',
        tag,
        answer: { status: 204, description: 'Removed.' },
      },
      async ({ caller, params: { suppressionId } }) => {
        await removeSuppression(deps, caller, suppressionId);
        return null;
      },
    ),
  ];
}
