// What home automation is told of an incident: what became of it, and how it stands.

import { incidentUrl } from '../alert/compose.ts';
import type { EpochMs } from '../brand.ts';
import type { Incident } from '../incident/incident.ts';
import type { Camera } from '../site/camera.ts';
import type { Site } from '../site/site.ts';

export const incidentNews = ['opened', 'changed', 'ended', 'acknowledged', 'resolved', 'reopened'] as const;
export type IncidentNews = (typeof incidentNews)[number];

/**
 * What happened between two looks at an incident; null where nothing did. `before` is null where it was not known or
 * was resolved; those that opened before `since` were all known then.
 */
export function newsOf(before: Incident | null, now: Incident, since: EpochMs): IncidentNews | null {
  if (before === null) {
    if (now.state === 'resolved') return null;
    if (now.state === 'acknowledged') return 'acknowledged';
    return now.openedAt >= since ? 'opened' : 'reopened';
  }
  if (before.state !== now.state) return now.state === 'open' ? 'reopened' : now.state;
  if (before.endAt === null && now.endAt !== null) return 'ended';
  return JSON.stringify(before) === JSON.stringify(now) ? null : 'changed';
}

export interface IncidentContext {
  readonly site: Pick<Site, 'id' | 'name'>;
  /** Of the organization. */
  readonly cameras: readonly Pick<Camera, 'id' | 'name'>[];
  /** Where people reach this server. */
  readonly publicUrl: string;
}

/** An incident as JSON for machines. */
export function incidentAttributes(incident: Incident, { site, cameras, publicUrl }: IncidentContext) {
  const seenBy = incident.cameraIds.flatMap((id) => cameras.find((camera) => camera.id === id) ?? []);
  return {
    incidentId: incident.id,
    site: { id: site.id, name: site.name },
    cameras: seenBy.map(({ id, name }) => ({ id, name })),
    kind: incident.kind,
    severity: incident.severity,
    score: incident.bestScore,
    state: incident.state,
    resolution: incident.resolution,
    startAt: iso(incident.startAt),
    lastSeenAt: iso(incident.lastSeenAt),
    endAt: incident.endAt === null ? null : iso(incident.endAt),
    openedAt: iso(incident.openedAt),
    url: incidentUrl(publicUrl, incident),
  };
}

function iso(at: EpochMs): string {
  return new Date(at).toISOString();
}
