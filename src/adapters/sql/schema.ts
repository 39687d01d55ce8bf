// The schema: one interface a table, columns as they are stored. Times are milliseconds since the epoch.

import type { Generated } from 'kysely';

export interface OrganizationRow {
  id: string;
  name: string;
  created_at: number;
  require_second_factor: number;
}

export interface MemberRow {
  id: string;
  organization_id: string;
  user_id: string;
  name: string;
  email: string;
  role: string;
  created_at: number;
  phone: string | null;
  last_seen_at: number | null;
}

export interface MemberSiteRow {
  member_id: string;
  site_id: string;
}

export interface InvitationRow {
  id: string;
  organization_id: string;
  email: string;
  role: string;
  /** JSON array. */
  site_ids: string;
  invited_by: string;
  created_at: number;
  expires_at: number;
  token_sha256: string;
}

export interface ProviderRow {
  id: string;
  organization_id: string;
  name: string;
  issuer: string;
  client_id: string;
  /** Sealed. */
  client_secret: string;
  role_claim: string | null;
  /** JSON object: value of the claim → role. */
  role_by_value: string;
  default_role: string | null;
  created_at: number;
}

export interface ProviderDomainRow {
  domain: string;
  provider_id: string;
}

/** Whom a provider's name for a person stands for (OpenID Connect Core 1.0 §5.7: issuer and subject, nothing else). */
export interface ProviderLinkRow {
  provider_id: string;
  subject: string;
  user_id: string;
}

export interface AccessKeyRow {
  id: string;
  organization_id: string;
  name: string;
  /** JSON array. */
  permissions: string;
  /** JSON array; null is every site. */
  site_ids: string | null;
  created_by: string;
  created_at: number;
  expires_at: number;
  last_used_at: number | null;
  first_characters: string;
  sha256: string;
}

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

export interface RecordingRow {
  id: string;
  organization_id: string;
  site_id: string;
  camera_id: string;
  start_at: number;
  end_at: number;
  /** 0 idle, 1 activity, 2 incident: what is kept longer is greater. */
  retention_rank: number;
  size_bytes: number;
  sha256: string;
  blob_key: string;
  init_sha256: string;
  key_epoch: number;
  key_ciphertext: string;
  clock_state: string;
  clock_offset_ms: number;
  fragments: Uint8Array;
}

/** Bytes of a camera's recordings, kept with every insert and destroy so that nobody has to add up a million rows. */
export interface FootageTotalRow {
  camera_id: string;
  size_bytes: number;
}

export interface GapRow {
  id: string;
  organization_id: string;
  site_id: string;
  camera_id: string;
  start_at: number;
  end_at: number;
  cause: string;
}

export interface InitSegmentRow {
  sha256: string;
  bytes: Uint8Array;
  codec: string;
  width: number;
  height: number;
  timescale: number;
}

export interface GarbageRow {
  sequence: Generated<number>;
  blob_key: string;
  added_at: number;
}

export interface HoldRow {
  id: string;
  organization_id: string;
  camera_id: string;
  incident_id: string;
  start_at: number;
  end_at: number;
}

export interface TrackRow {
  id: string;
  camera_id: string;
  kind: string;
  start_at: number;
  end_at: number;
  best_score: number;
  best_x: number;
  best_y: number;
  best_width: number;
  best_height: number;
}

export interface ImageRow {
  id: string;
  organization_id: string;
  site_id: string;
  camera_id: string;
  taken_at: number;
  media_type: string;
  blob_key: string;
  size_bytes: number;
  sha256: string;
  key_epoch: number;
  key_ciphertext: string;
}

export interface ClockJumpRow {
  sequence: Generated<number>;
  start_at: number;
  end_at: number;
}

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

export interface OutboxRow {
  sequence: Generated<number>;
  id: string;
  topic: string;
  key: string;
  payload: string;
  /** Not handed over before; 0 for at once. */
  due_at: number;
}

export interface QueueRow {
  sequence: Generated<number>;
  id: string;
  topic: string;
  key: string;
  payload: string;
  /** `ready`: the first of its key; `behind`: another of its key comes first; `held`: being handled. */
  state: 'ready' | 'behind' | 'held' | 'done' | 'dead';
  attempt: number;
  published_at: number;
  /** Not before this; 0 at once. */
  due_at: number;
  /** When it was done or put aside. */
  ended_at: number | null;
  reason: string | null;
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
  state: string | null;
  created_at: number;
  last_seen_at: number | null;
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

export interface Schema {
  organizations: OrganizationRow;
  members: MemberRow;
  member_sites: MemberSiteRow;
  invitations: InvitationRow;
  providers: ProviderRow;
  provider_domains: ProviderDomainRow;
  provider_links: ProviderLinkRow;
  access_keys: AccessKeyRow;
  sites: SiteRow;
  arming_changes: ArmingChangeRow;
  entries: EntryRow;
  bypasses: BypassRow;
  schedules: ScheduleRow;
  cameras: CameraRow;
  camera_zones: CameraZonesRow;
  suppressions: SuppressionRow;
  recordings: RecordingRow;
  footage_totals: FootageTotalRow;
  gaps: GapRow;
  init_segments: InitSegmentRow;
  garbage: GarbageRow;
  holds: HoldRow;
  tracks: TrackRow;
  images: ImageRow;
  clock_jumps: ClockJumpRow;
  incidents: IncidentRow;
  incident_cameras: IncidentCameraRow;
  incident_steps: IncidentStepRow;
  devices: DeviceRow;
  device_alarms: AlarmRow;
  channels: ChannelRow;
  alerts: AlertRow;
  authority_letters: AuthorityLetterRow;
  alert_preferences: PreferencesRow;
  proven_phones: ProvenPhoneRow;
  push_subscriptions: PushSubscriptionRow;
  push_keys: PushKeysRow;
  escalation_chains: EscalationChainRow;
  outbox: OutboxRow;
  queue_messages: QueueRow;
  schema_version: { id: number; version: number };
}
