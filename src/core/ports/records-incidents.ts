// Records of incidents: their lives, and lists of them in an order that pages go on in.

import type { CameraId, EpochMs, IncidentId, MemberId, OrganizationId, SiteId } from '../brand.ts';
import type { Incident, IncidentStep } from '../incident/incident.ts';
import type { Span } from './records.ts';

/**
 * `newest` and `oldest` by begin; `severity` most severe first, then newest; `waiting` only what is open, the longest
 * waiting first.
 */
export const incidentOrders = ['newest', 'oldest', 'severity', 'waiting'] as const;
export type IncidentOrder = (typeof incidentOrders)[number];

/** Where a page ended: what its last incident was sorted by when it was read. `at` is `openedAt` in `waiting`, else `startAt`. */
export interface IncidentCursor {
  readonly severity: Incident['severity'];
  readonly at: EpochMs;
  readonly id: IncidentId;
}

/** What is left out does not narrow. */
export interface IncidentListFilter {
  readonly organizationId: OrganizationId;
  readonly siteId?: SiteId;
  /** Only those at one of these. */
  readonly siteIds?: readonly SiteId[];
  readonly cameraId?: CameraId;
  /** Only those at one of these sites or seen by one of these cameras. */
  readonly places?: { readonly siteIds: readonly SiteId[]; readonly cameraIds: readonly CameraId[] };
  readonly states?: readonly Incident['state'][];
  readonly severity?: Incident['severity'];
  readonly kind?: Incident['kind'];
  readonly resolution?: NonNullable<Incident['resolution']>;
  readonly assigneeId?: MemberId;
  /** Those that overlap it. */
  readonly span?: Span;
  /** Those that began in it. */
  readonly began?: Partial<Span>;
  readonly before?: EpochMs;
  /** `newest` where it is left out. */
  readonly order?: IncidentOrder;
  readonly after?: IncidentCursor;
  readonly limit: number;
}

export interface IncidentRecords {
  insert(incident: Incident): Promise<void>;
  find(id: IncidentId): Promise<Incident | null>;
  /** Replaces the incident where its state is still `expectedState`; false where it is not. */
  update(incident: Incident, expectedState: Incident['state']): Promise<boolean>;
  /**
   * In the order of the filter. Two ways to page on: `after` goes on behind a cursor, and misses none that keeps its
   * place; `before` goes on by begin, newest first, and then those that began in the same millisecond come on one
   * page, which is longer than `limit`.
   */
  list(filter: IncidentListFilter): Promise<readonly Incident[]>;
  /** How many incidents of each site, or of each of these, are unresolved; a site without any is not in the answer. */
  countUnresolved(
    organizationId: OrganizationId,
    siteIds?: readonly SiteId[],
  ): Promise<ReadonlyMap<SiteId, number>>;
  /** Incidents without an end: what a restart has to look after. */
  unended(): Promise<readonly Incident[]>;
  addStep(step: IncidentStep): Promise<void>;
  steps(id: IncidentId): Promise<readonly IncidentStep[]>;
}
