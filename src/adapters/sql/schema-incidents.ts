// The schema of incidents, and what goes out because of them: one interface a table, columns as they are stored.

import type { Generated } from 'kysely';

export interface IncidentRow {
  id: string;
  organization_id: string;
  site_id: string;
  /** JSON array, in order; `incident_cameras` is its index. */
  camera_ids: string;
  /** JSON array, in order. */
  sensor_ids: string;
  state: string;
  resolution: string | null;
  kind: string;
  severity: string;
  /** Who this is may be gone: nothing refers to them. */
  assignee_id: string | null;
  escalation: number;
  told_level: number;
  best_score: number;
  start_at: number;
  last_seen_at: number;
  end_at: number | null;
  opened_at: number;
  snapshot_id: string | null;
}

export interface IncidentCameraRow {
  incident_id: string;
  camera_id: string;
  /** `start_at` of the incident. */
  began_at: number;
  /** `severity` of the incident. */
  incident_severity: string;
}

export interface IncidentStepRow {
  sequence: Generated<number>;
  incident_id: string;
  taken_at: number;
  action: string;
  member_id: string | null;
  detail: string;
}

export interface ChannelRow {
  id: string;
  organization_id: string;
  name: string;
  kind: string;
  /** E-mail address, URL, number or topic. */
  target: string;
  /** The signing secret of a webhook, sealed. */
  signing_secret: string | null;
  created_at: number;
}

export interface AlertRow {
  id: string;
  organization_id: string;
  incident_id: string;
  channel_id: string;
  kind: string;
  member_id: string | null;
  occasion: string;
  state: string;
  attempts: number;
  created_at: number;
  handed_over_at: number | null;
  problem: string | null;
}

export interface PreferencesRow {
  member_id: string;
  organization_id: string;
  /** JSON object. */
  wishes: string;
}

export interface ProvenPhoneRow {
  member_id: string;
  organization_id: string;
  /** E.164. */
  number: string;
  proven_at: number;
}

export interface PushSubscriptionRow {
  id: string;
  organization_id: string;
  member_id: string;
  user_id: string;
  name: string;
  endpoint: string;
  p256dh: string;
  /** Sealed. */
  auth: string;
  created_at: number;
}

export interface PushKeysRow {
  id: number;
  public_key: string;
  /** Sealed. */
  private_key: string;
}

export interface EscalationChainRow {
  organization_id: string;
  /** Empty for the chain of the organization. */
  site_id: string;
  /** JSON array. */
  levels: string;
  changed_at: number;
}

export interface AuthorityLetterRow {
  id: string;
  organization_id: string;
  incident_id: string;
  state: string;
  attempts: number;
  problem: string | null;
  created_at: number;
  sent_at: number | null;
  /** Recipient, reference, text, cameras, span and sender, as JSON. */
  content: string;
}

export interface AlarmRow {
  id: string;
  organization_id: string;
  site_id: string;
  device_id: string;
  incident_id: string | null;
  wanted: string;
  sequence: number;
  state: string;
  off_at: number;
  changed_at: number;
  problem: string | null;
}
