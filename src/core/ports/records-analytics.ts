// Records of what became of incidents: counted where they lie, a week at a time.

import type { CameraId, MemberId, OrganizationId, SiteId } from '../brand.ts';
import type { Resolution } from '../incident/incident.ts';
import type { Span } from './records.ts';

/** Which incidents: those of these sites that began in the span. */
export interface IncidentsOf {
  readonly organizationId: OrganizationId;
  readonly siteIds: readonly SiteId[];
  readonly span: Span;
}

interface Counted {
  readonly siteId: SiteId;
  /** Null for those that are not resolved. */
  readonly resolution: Resolution | null;
  readonly count: number;
}

export interface AnalyticsRecords {
  /** How many incidents of each site became what; what never happened is not in the answer. */
  outcomesBySite(of: IncidentsOf): Promise<readonly Counted[]>;
  /** The same by camera: an incident that several cameras saw counts for each. */
  outcomesByCamera(of: IncidentsOf): Promise<readonly (Counted & { readonly cameraId: CameraId })[]>;
  /**
   * Who was the first to do something about an incident (acknowledge or resolve it), and how long after it was opened,
   * in ms; in no order.
   */
  reactions(of: IncidentsOf): Promise<readonly { readonly memberId: MemberId; readonly waitMs: number }[]>;
}
