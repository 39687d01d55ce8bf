// Records of arming: entries that wait for somebody to disarm, bypassed cameras, schedules.

import type { CameraId, EntryId, EpochMs, OrganizationId, SiteId } from '../brand.ts';
import type { Entry } from '../incident/entry.ts';
import type { Bypass } from '../site/bypass.ts';
import type { SiteSchedule } from '../site/schedule.ts';
import type { ArmedBy } from '../site/site.ts';

export interface EntryRecords {
  /** Errors: `conflict` (another one is running at the site). */
  insert(entry: Entry): Promise<void>;
  find(id: EntryId): Promise<Entry | null>;
  /** Replaces it while it is running; false where it has ended. */
  update(entry: Entry): Promise<boolean>;
  /** The one that is running at a site. */
  running(siteId: SiteId): Promise<Entry | null>;
  /** Those that are running at any site of an organization, or anywhere. */
  allRunning(organizationId?: OrganizationId): Promise<readonly Entry[]>;
  /** Whether an entry of this site that ended in disarming went on at `at`. */
  disarmedAt(siteId: SiteId, at: EpochMs): Promise<boolean>;
  /** Newest first; with `before` only those that began before that. */
  list(siteId: SiteId, limit: number, before?: EpochMs): Promise<readonly Entry[]>;
}

export interface BypassRecords {
  /** Begins one; where the camera is bypassed already, that one ends at the same time. */
  begin(bypass: Omit<Bypass, 'endedAt' | 'endedBy'>): Promise<void>;
  /** Ends those of a site, or of one camera at it, that go on at `at`; returns how many. */
  end(siteId: SiteId, which: { cameraId?: CameraId; at: EpochMs; by: ArmedBy }): Promise<number>;
  /** Whether the camera was bypassed at `at`. */
  isBypassed(cameraId: CameraId, at: EpochMs): Promise<boolean>;
  /** Those of an organization that go on at `at`, oldest first. */
  active(organizationId: OrganizationId, at: EpochMs): Promise<readonly Bypass[]>;
  /** Newest first; with `before` only those that began before that. */
  list(siteId: SiteId, limit: number, before?: EpochMs): Promise<readonly Bypass[]>;
}

export interface ScheduleRecords {
  /** Sets the site's schedule. */
  put(schedule: SiteSchedule): Promise<void>;
  find(siteId: SiteId): Promise<SiteSchedule | null>;
  /** Of an organization, or of all: what a start has to plan. */
  list(organizationId?: OrganizationId): Promise<readonly SiteSchedule[]>;
}

export interface ArmingTables {
  readonly entries: EntryRecords;
  readonly bypasses: BypassRecords;
  readonly schedules: ScheduleRecords;
}
