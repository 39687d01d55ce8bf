// An incident is one intrusion episode at a site.

import type {
  CameraId,
  DeviceId,
  EpochMs,
  ImageId,
  IncidentId,
  MemberId,
  OrganizationId,
  SiteId,
} from '../brand.ts';
import { type ObjectKind, objectKinds } from '../detection/detection.ts';

export const incidentStates = ['open', 'acknowledged', 'resolved'] as const;
export type IncidentState = (typeof incidentStates)[number];

export const resolutions = ['intrusion', 'false-alarm', 'test'] as const;
export type Resolution = (typeof resolutions)[number];

/**
 * How much an incident asks for: `low` where only vehicles or animals were seen, `high` where a second camera or a
 * sensor says the same, or where somebody escalated it.
 */
export const severities = ['low', 'normal', 'high'] as const;
export type Severity = (typeof severities)[number];

/** What an incident is about: what was seen best, or only what a sensor felt. */
export const incidentKinds = [...objectKinds, 'sensor'] as const;
export type IncidentKind = ObjectKind | 'sensor';

export interface Incident {
  readonly id: IncidentId;
  readonly organizationId: OrganizationId;
  readonly siteId: SiteId;
  /** In the order in which they saw something; empty where only sensors felt something. */
  readonly cameraIds: readonly CameraId[];
  /** In the order in which they felt something. */
  readonly sensorIds: readonly DeviceId[];
  readonly state: IncidentState;
  readonly resolution: Resolution | null;
  readonly kind: IncidentKind;
  readonly severity: Severity;
  /** Who takes care of it; null while nobody was named. */
  readonly assigneeId: MemberId | null;
  /** How often more people were told of it, since it was opened or opened again: nobody reacted, or somebody asked for help. */
  readonly escalation: number;
  /** Which level of the chain was told last, the first being 0. Levels that have nobody are skipped: no measure of `escalation`. */
  readonly level: number;
  /** Of the best picture; 0 where only sensors felt something. */
  readonly bestScore: number;
  /** When the first frame with the intruder was taken, or the first sensor felt something. */
  readonly startAt: EpochMs;
  readonly lastSeenAt: EpochMs;
  /** When the episode was over; null while somebody is still there. */
  readonly endAt: EpochMs | null;
  readonly openedAt: EpochMs;
  readonly snapshotId: ImageId | null;
}

/** What can happen in the life of an incident. */
export const stepActions = [
  'opened',
  'joined',
  'ended',
  'acknowledged',
  'resolved',
  'reopened',
  'assigned',
  'noted',
  'escalated',
  /** A siren or light did something, or did not. */
  'device',
  /** Alerts are on their way to more people; or, by a person, evidence to an authority. */
  'sent',
  /** Something was kept from alarming. */
  'suppressed',
] as const;
export type StepAction = (typeof stepActions)[number];

/** One step in the life of an incident. `memberId` is null where the system made it. */
export interface IncidentStep {
  readonly incidentId: IncidentId;
  readonly at: EpochMs;
  readonly action: StepAction;
  readonly memberId: MemberId | null;
  readonly detail: string;
}
