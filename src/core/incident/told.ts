// An incident as others are told of it: by the API, and by events. With the names of what it speaks of, and nothing else.

import { branded, type EpochMs } from '../brand.ts';
import { clipSpan, holdAfterMs } from './clip.ts';
import type { Incident } from './incident.ts';

/** While an incident goes on, its clip's end moves in steps of this, in ms: each step is another playlist. */
const clipStepMs = 60_000;

/** What things and people are called, by their ids. */
export interface Names {
  readonly sites: ReadonlyMap<string, string>;
  readonly cameras: ReadonlyMap<string, string>;
  readonly members: ReadonlyMap<string, string>;
  readonly devices: ReadonlyMap<string, string>;
}

/** An incident as it is told. */
export function toldIncident(names: Names, incident: Incident) {
  const { id, siteId, state, resolution, kind, severity, escalation, bestScore } = incident;
  const { startAt, lastSeenAt, endAt, openedAt, assigneeId } = incident;
  return {
    ...{ id, siteId, siteName: names.sites.get(siteId) ?? 'Removed site' },
    cameras: incident.cameraIds.map((id) => ({ id, name: names.cameras.get(id) ?? 'Removed camera' })),
    sensors: incident.sensorIds.map((id) => ({ id, name: names.devices.get(id) ?? 'Removed sensor' })),
    ...{ state, resolution, kind, severity },
    assignee:
      assigneeId === null
        ? null
        : { id: assigneeId, name: names.members.get(assigneeId) ?? 'Removed person' },
    ...{ escalation, bestScore, startAt, lastSeenAt, endAt, openedAt },
    hasSnapshot: incident.snapshotId !== null,
    clip: toldClip(incident),
  };
}
export type ToldIncident = ReturnType<typeof toldIncident>;

/** What is held; while the incident goes on the end lies ahead, so that the playlist of it grows. */
function toldClip(incident: Incident): { from: number; to: number } {
  const end = branded<EpochMs>(incident.lastSeenAt + holdAfterMs);
  const { startAt, endAt } = clipSpan(incident, end);
  const lengthMs = endAt - startAt;
  const steady = incident.endAt === null ? Math.ceil(lengthMs / clipStepMs) * clipStepMs : lengthMs;
  return { from: startAt, to: startAt + steady };
}
