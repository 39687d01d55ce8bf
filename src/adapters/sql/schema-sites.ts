// The schema of sites, their arming, cameras and devices: one interface a table, columns as they are stored.

import type { Generated } from 'kysely';

export interface SiteRow {
  id: string;
  organization_id: string;
  name: string;
  time_zone: string;
  arming: string;
  arming_changed_at: number;
  arming_effective_at: number;
  arming_before: string;
  exit_delay_seconds: number;
  entry_delay_seconds: number;
  arm_by_mqtt: number;
  /** Null: as long as the installation keeps them. */
  pushed_days: number | null;
  created_at: number;
}

export interface ArmingChangeRow {
  sequence: Generated<number>;
  site_id: string;
  arming: string;
  changed_at: number;
  effective_at: number;
  arming_before: string;
  by_kind: string;
  by_id: string | null;
}

export interface EntryRow {
  id: string;
  organization_id: string;
  site_id: string;
  start_at: number;
  due_at: number;
  delay_ms: number;
  state: string;
  ended_at: number | null;
  ended_by_kind: string | null;
  ended_by_id: string | null;
  /** JSON. */
  waiting: string;
  snapshot_id: string | null;
  snapshot_score: number;
  incident_id: string | null;
}

export interface BypassRow {
  sequence: Generated<number>;
  organization_id: string;
  site_id: string;
  camera_id: string;
  since: number;
  until: number;
  by_kind: string;
  by_id: string | null;
  ended_at: number;
  ended_by_kind: string | null;
  ended_by_id: string | null;
}

export interface ScheduleRow {
  site_id: string;
  organization_id: string;
  /** JSON. */
  schedule: string;
  since: number;
  next_at: number | null;
  next_arming: string | null;
  timer_at: number | null;
}

export interface CameraRow {
  id: string;
  organization_id: string;
  site_id: string;
  name: string;
  source_kind: string;
  /** The source without its password, as JSON. */
  source: string;
  /** The password, sealed. */
  password: string | null;
  enabled: number;
  created_at: number;
}

/** All zones of a camera: they change together. */
export interface CameraZonesRow {
  camera_id: string;
  organization_id: string;
  site_id: string;
  version: number;
  changed_at: number | null;
  /** JSON array. */
  zones: string;
}

export interface SuppressionRow {
  id: string;
  organization_id: string;
  site_id: string;
  camera_id: string;
  kind: string;
  x: number;
  y: number;
  width: number;
  height: number;
  created_at: number;
  created_by: string;
  incident_id: string;
}

export interface DeviceRow {
  id: string;
  organization_id: string;
  site_id: string;
  name: string;
  kind: string;
  enabled: number;
  via: string;
  /** JSON. */
  link: string;
  /** JSON. */
  settings: string;
  signing_secret: string | null;
  /** The secret before that one, which counts until `previous_until`. */
  previous_secret: string | null;
  previous_until: number | null;
  state: string | null;
  created_at: number;
  last_seen_at: number | null;
}
