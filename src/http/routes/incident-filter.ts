// What the list of incidents is asked for, in the words of the core.

import type { z } from 'zod';
import {
  branded,
  type CameraId,
  type EpochMs,
  type IncidentId,
  type MemberId,
  type SiteId,
} from '../../core/brand.ts';
import type { IncidentState } from '../../core/incident/incident.ts';
import type { IncidentFilter } from '../../core/incident/list.ts';
import type { IncidentQuery } from '../contract/incidents.ts';

type Query = z.output<typeof IncidentQuery>;

/** What was not asked for does not narrow. */
export function filterOf(query: Query): IncidentFilter {
  const { siteId, cameraId, assigneeId, before, from, to, after } = query;
  const { severity, kind, resolution, find, order, limit } = query;
  return {
    order,
    limit,
    ...(severity === undefined ? {} : { severity }),
    ...(kind === undefined ? {} : { kind }),
    ...(resolution === undefined ? {} : { resolution }),
    ...(find === undefined ? {} : { find }),
    ...(siteId === undefined ? {} : { siteId: branded<SiteId>(siteId) }),
    ...(cameraId === undefined ? {} : { cameraId: branded<CameraId>(cameraId) }),
    ...(assigneeId === undefined ? {} : { assigneeId: branded<MemberId>(assigneeId) }),
    ...(before === undefined ? {} : { before: branded<EpochMs>(before) }),
    ...(from === undefined && to === undefined
      ? {}
      : { began: { ...began('startAt', from), ...began('endAt', to) } }),
    ...(after === undefined ? {} : { after: cursorOf(after) }),
    ...statesOf(query.state),
  };
}

function began(end: 'startAt' | 'endAt', at: number | undefined) {
  return at === undefined ? {} : { [end]: branded<EpochMs>(at) };
}

function cursorOf({ severity, at, id }: NonNullable<Query['after']>) {
  return { severity, at: branded<EpochMs>(at), id: branded<IncidentId>(id) };
}

function statesOf(state: Query['state']): { states?: readonly IncidentState[] } {
  if (state === undefined) return {};
  return { states: state === 'unresolved' ? ['open', 'acknowledged'] : [state] };
}
