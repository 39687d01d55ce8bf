// The schema: all tables, and those of the queue. One interface a table, columns as they are stored. Times are milliseconds
// since the epoch.

import type { Generated } from 'kysely';
import type {
  AccessKeyRow,
  ImageSourceRow,
  InvitationRow,
  MemberRow,
  MemberSiteRow,
  OrganizationRow,
  ProviderDomainRow,
  ProviderLinkRow,
  ProviderRow,
} from './schema-people.ts';
import type {
  ArmingChangeRow,
  BypassRow,
  CameraRow,
  CameraZonesRow,
  DeviceRow,
  EntryRow,
  ScheduleRow,
  SiteRow,
  SuppressionRow,
} from './schema-sites.ts';
import type {
  ClockJumpRow,
  FootageTotalRow,
  GapRow,
  GarbageRow,
  HoldRow,
  ImageRow,
  InitSegmentRow,
  PushedImageRow,
  RecordingRow,
  TrackRow,
} from './schema-footage.ts';
import type {
  AlarmRow,
  AlertRow,
  AuthorityLetterRow,
  ChannelRow,
  EscalationChainRow,
  IncidentCameraRow,
  IncidentRow,
  IncidentStepRow,
  PreferencesRow,
  ProvenPhoneRow,
  PushKeysRow,
  PushSubscriptionRow,
} from './schema-incidents.ts';

export interface OutboxRow {
  sequence: Generated<number>;
  id: string;
  topic: string;
  key: string;
  payload: string;
  /** Not handed over before; 0 for at once. */
  due_at: number;
}

export interface OutgoingEventRow {
  sequence: Generated<number>;
  id: string;
  type: string;
  organization_id: string;
  site_id: string | null;
  camera_id: string | null;
  subject: string;
  happened_at: number;
  /** JSON. */
  data: string;
}

export interface ToldCameraRow {
  camera_id: string;
  is_online: number;
}

export interface LeadershipRow {
  work: string;
  holder: string;
  number: number;
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

export interface Schema {
  organizations: OrganizationRow;
  members: MemberRow;
  member_sites: MemberSiteRow;
  invitations: InvitationRow;
  providers: ProviderRow;
  provider_domains: ProviderDomainRow;
  provider_links: ProviderLinkRow;
  access_keys: AccessKeyRow;
  image_sources: ImageSourceRow;
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
  pushed_images: PushedImageRow;
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
  outgoing_events: OutgoingEventRow;
  told_cameras: ToldCameraRow;
  leaderships: LeadershipRow;
  queue_messages: QueueRow;
  schema_version: { id: number; version: number };
}
