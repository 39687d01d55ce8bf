// Records: the relational system of record. Rows go in and out as domain values; transactions are atomic.

import type {
  AccessKeyId,
  CameraId,
  EpochMs,
  ImageId,
  IncidentId,
  InvitationId,
  MemberId,
  OrganizationId,
  ProviderId,
  RecordingId,
  Sha256,
  SiteId,
} from '../brand.ts';
import type { Track } from '../detection/detection.ts';
import type { Gap, Hold, InitSegment, Recording, RetentionClass } from '../footage/recording.ts';
import type { Image } from '../image/image.ts';
import type { AccessKey } from '../organization/access-key.ts';
import type { Invitation } from '../organization/invitation.ts';
import type { Member, Organization } from '../organization/organization.ts';
import type { Provider } from '../organization/provider.ts';
import type { Camera, CameraPlace } from '../site/camera.ts';
import type { ArmingChange, Site, SiteSettings } from '../site/site.ts';
import type { QueueMessage } from './queue.ts';
import type { SuppressionRecords, ZoneRecords } from './records-zones.ts';
import type { AnalyticsRecords } from './records-analytics.ts';
import type { ImageSourceRecords, PushedImageRecords } from './records-images.ts';
import type { IncidentRecords } from './records-incidents.ts';
import type { AuthorityLetterRecords } from './records-evidence.ts';
import type {
  AlertRecords,
  ChannelRecords,
  EscalationChainRecords,
  PreferenceRecords,
  PushKeyRecords,
  PushSubscriptionRecords,
} from './records-alerts.ts';
import type { ArmingTables } from './records-arming.ts';
import type { DeviceTables } from './records-devices.ts';
import type { LeadershipTables } from './records-leadership.ts';
import type { OutgoingTables } from './records-outgoing.ts';

/** A half-open span of time: start ≤ t < end. Rows match when they overlap it. */
export interface Span {
  readonly startAt: EpochMs;
  readonly endAt: EpochMs;
}

/** Gaps or tracks in one list at most: a day with one every nine seconds. */
export const maxListed = 10_000;

export interface OrganizationRecords {
  insert(organization: Organization): Promise<void>;
  find(id: OrganizationId): Promise<Organization | null>;
  /** All of them in pages, by id; for the operator. */
  page(after: OrganizationId | null, limit: number): Promise<readonly Organization[]>;
  count(): Promise<number>;
  update(id: OrganizationId, change: Partial<Pick<Organization, 'name' | 'policy'>>): Promise<void>;
}

export interface MemberRecords {
  insert(member: Member): Promise<void>;
  find(id: MemberId): Promise<Member | null>;
  /** In which organizations somebody is: oldest first. */
  ofUser(userId: string): Promise<readonly Member[]>;
  /** Oldest first; the sites of each by id. */
  list(organizationId: OrganizationId): Promise<readonly Member[]>;
  update(
    id: MemberId,
    change: Partial<Pick<Member, 'name' | 'email' | 'phone' | 'role' | 'siteIds' | 'lastSeenAt'>>,
  ): Promise<void>;
  delete(id: MemberId): Promise<void>;
}

export interface InvitationRecords {
  /** Errors: `conflict` (the organization invites this address already). */
  insert(invitation: Invitation): Promise<void>;
  find(id: InvitationId): Promise<Invitation | null>;
  findByToken(tokenSha256: Sha256): Promise<Invitation | null>;
  /** Oldest first. */
  list(organizationId: OrganizationId): Promise<readonly Invitation[]>;
  /** Removes it; of many callers exactly one is told true. */
  take(id: InvitationId): Promise<boolean>;
  /** Returns how many. */
  deleteExpired(expiredBefore: EpochMs): Promise<number>;
}

export interface ProviderRecords {
  /** Errors: `conflict` (a domain belongs to another provider). */
  insert(provider: Provider): Promise<void>;
  /** Its domains in alphabetical order. */
  find(id: ProviderId): Promise<Provider | null>;
  /** Without unsealing its client secret: every request of its sessions asks. */
  organizationOf(id: ProviderId): Promise<OrganizationId | null>;
  findByDomain(domain: string): Promise<Provider | null>;
  /** Oldest first. */
  list(organizationId: OrganizationId): Promise<readonly Provider[]>;
  /** Without unsealing any client secret. */
  count(organizationId: OrganizationId): Promise<number>;
  /** Of the whole installation. */
  any(): Promise<boolean>;
  /** The account that the provider's name for a person stands for; null where it was never linked. */
  linkedUser(id: ProviderId, subject: string): Promise<string | null>;
  /** The provider's name for whoever has this account; null where it has none. */
  linkedSubject(id: ProviderId, userId: string): Promise<string | null>;
  /**
   * From here on `subject` stands for the account: one name an account, one account a name. What the account was
   * linked to before at this provider is forgotten. Errors: `conflict` (the name stands for another account).
   */
  link(id: ProviderId, subject: string, userId: string): Promise<void>;
  /** Seals the client secret ahead of a transaction that inserts this provider: that one must not wait for keys. */
  seal(provider: Provider): Promise<void>;
  delete(id: ProviderId): Promise<void>;
}

export interface AccessKeyRecords {
  insert(key: AccessKey): Promise<void>;
  find(id: AccessKeyId): Promise<AccessKey | null>;
  findBySha256(sha256: Sha256): Promise<AccessKey | null>;
  /** Oldest first. */
  list(organizationId: OrganizationId): Promise<readonly AccessKey[]>;
  used(id: AccessKeyId, at: EpochMs): Promise<void>;
  delete(id: AccessKeyId): Promise<void>;
}

export interface SiteRecords {
  insert(site: Site): Promise<void>;
  find(id: SiteId): Promise<Site | null>;
  list(organizationId: OrganizationId): Promise<readonly Site[]>;
  update(id: SiteId, change: Partial<SiteSettings>): Promise<void>;
  /** Sites that keep pushed images for a time of their own, in days; of every organization. */
  keepingImagesFor(): Promise<readonly { readonly siteId: SiteId; readonly days: number }[]>;
  /**
   * Sets the arming and writes the change to the history, in one step. A change never lies before the one it
   * follows: where the wall clock was set back it is dated a millisecond after, and is in force no earlier than that.
   * Returns the change as stored, with what was in force before.
   */
  arm(change: Omit<ArmingChange, 'before'>): Promise<ArmingChange>;
  /** The arming in force at `at`, exit delays considered; `disarmed` before the first change. */
  armingAt(id: SiteId, at: EpochMs): Promise<ArmingChange['arming']>;
  /** Newest first; with `before` only changes made before that. */
  armingHistory(id: SiteId, limit: number, before?: EpochMs): Promise<readonly ArmingChange[]>;
}

export interface CameraRecords {
  insert(camera: Camera): Promise<void>;
  find(id: CameraId): Promise<Camera | null>;
  /** What it is called and where it is, without unsealing any password: for transactions, and what comes often. */
  place(id: CameraId): Promise<CameraPlace | null>;
  /** As `place`, of an organization, oldest first: where only names are wanted. */
  places(organizationId: OrganizationId): Promise<readonly CameraPlace[]>;
  list(organizationId: OrganizationId): Promise<readonly Camera[]>;
  /** Of every organization: what a recorder beside the hub records. */
  all(): Promise<readonly Camera[]>;
  /** Kinds of source that cameras have which are switched on, of every organization, without unsealing any password. */
  kindsInUse(): Promise<readonly Camera['source']['kind'][]>;
  /** Without unsealing any password. */
  count(organizationId: OrganizationId, sourceKind?: Camera['source']['kind']): Promise<number>;
  /** Of one site, oldest first, without unsealing any password. */
  idsAt(siteId: SiteId): Promise<readonly CameraId[]>;
  /** Seals the password ahead of a transaction that inserts this camera: that one must not wait for keys. */
  seal(camera: Camera): Promise<void>;
  update(id: CameraId, change: Partial<Pick<Camera, 'name' | 'source' | 'enabled'>>): Promise<void>;
  /** Removes the camera with its zones and suppressions; its footage stays until it expires. */
  delete(id: CameraId): Promise<void>;
}

export interface RecordingRecords {
  insert(recording: Recording): Promise<void>;
  find(id: RecordingId): Promise<Recording | null>;
  /** Those of a camera that overlap the span, by start. */
  list(cameraId: CameraId, span: Span): Promise<readonly Recording[]>;
  /** Only what a time line draws, by start; much cheaper than `list`. */
  spans(
    cameraId: CameraId,
    span: Span,
  ): Promise<readonly (Span & { id: RecordingId; retentionClass: RetentionClass })[]>;
  first(cameraId: CameraId): Promise<Recording | null>;
  last(cameraId: CameraId): Promise<Recording | null>;
  /** The end of the newest footage of any camera; null where there is none. */
  newestEndAt(): Promise<EpochMs | null>;
  /** Of any camera, those that ended last first; with `endedBefore` only those that ended before it. */
  newest(limit: number, endedBefore?: EpochMs): Promise<readonly Recording[]>;
  /** Whether footage of one of these cameras, whatever its age, needs this header. */
  needsInit(sha256: Sha256, cameraIds: readonly CameraId[]): Promise<boolean>;
  /** All of them in pages, by id; for `check`. */
  page(after: RecordingId | null, limit: number): Promise<readonly Recording[]>;
  /** Raises the class of those that overlap the span; a class is never lowered. */
  classify(cameraId: CameraId, span: Span, retentionClass: RetentionClass): Promise<void>;
  /** Recordings of this class that ended before `endedBefore` and no hold overlaps, oldest first. */
  expired(retentionClass: RetentionClass, endedBefore: EpochMs, limit: number): Promise<readonly Recording[]>;
  /** Recordings that no hold overlaps, oldest first, whatever their class: what a full disk overwrites. */
  oldestUnheld(limit: number): Promise<readonly Recording[]>;
  /** The same without those that an unresolved incident holds: what a full disk overwrites last. */
  oldestResolved(limit: number): Promise<readonly Recording[]>;
  /** Removes the row and lists its object as garbage, in one step. */
  destroy(id: RecordingId, at: EpochMs): Promise<void>;
  totalBytes(): Promise<number>;
}

export interface GapRecords {
  insert(gap: Gap): Promise<void>;
  /** By start; at most `maxListed`. */
  list(cameraId: CameraId, span: Span): Promise<readonly Gap[]>;
  /** Deletes gaps that ended before `endedBefore` and touch no footage any more; returns how many. */
  deleteExpired(endedBefore: EpochMs, limit: number): Promise<number>;
}

export interface InitSegmentRecords {
  /** Storing the same one again changes nothing. */
  put(init: InitSegment): Promise<void>;
  find(sha256: Sha256): Promise<InitSegment | null>;
}

export interface GarbageRecords {
  add(blobKey: string, at: EpochMs): Promise<void>;
  /** Lists many in one step; the same as `add` for each. */
  addAll(blobKeys: readonly string[], at: EpochMs): Promise<void>;
  /** Oldest first; with `dueBy` only what was added for that time or before. */
  list(limit: number, dueBy?: EpochMs): Promise<readonly string[]>;
  remove(blobKey: string): Promise<void>;
}

export interface HoldRecords {
  insert(hold: Hold): Promise<void>;
  extend(incidentId: IncidentId, cameraId: CameraId, endAt: EpochMs): Promise<void>;
  ofIncident(incidentId: IncidentId): Promise<readonly Hold[]>;
  overlapping(cameraId: CameraId, span: Span): Promise<readonly Hold[]>;
  /** Ends the holds of an incident. */
  release(incidentId: IncidentId): Promise<void>;
  /** Ends the holds of all incidents that are resolved, and were so last before `at`; returns how many. */
  releaseResolvedBefore(at: EpochMs): Promise<number>;
}

export interface TrackRecords {
  /** Inserts, or replaces the one with the same id. */
  put(track: Track): Promise<void>;
  /** By start; at most `maxListed`. */
  list(cameraId: CameraId, span: Span): Promise<readonly Track[]>;
  /** Deletes tracks that ended before `endedBefore` and show in no footage any more; returns how many. */
  deleteExpired(endedBefore: EpochMs, limit: number): Promise<number>;
}

export interface ImageRecords {
  insert(image: Image): Promise<void>;
  find(id: ImageId): Promise<Image | null>;
  /** All of them in pages, by id; for `check`. */
  page(after: ImageId | null, limit: number): Promise<readonly Image[]>;
  /** Images taken before `takenBefore` that no incident shows which is unresolved or still holds footage. */
  expired(takenBefore: EpochMs, limit: number): Promise<readonly Image[]>;
  /** Removes the row and lists its object as garbage, in one step. */
  destroy(id: ImageId, at: EpochMs): Promise<void>;
}

/** Spans of wall-clock time that did not pass: the clock was set forward over them. */
export interface ClockJumpRecords {
  insert(jump: Span): Promise<void>;
  /** Newest first. */
  list(limit: number): Promise<readonly Span[]>;
}

/** Messages committed together with the rows they speak of; a relay hands them to the queue when they are due. */
export interface OutboxRecords {
  /** With `dueAt` the message waits until then, also over restarts: a timer. Adding the same id again changes nothing. */
  add(message: QueueMessage, dueAt?: EpochMs): Promise<void>;
  /** By the time they are due, then oldest first; with `dueBy` only what is due then; without those of `exceptTopics`. */
  list(limit: number, dueBy?: EpochMs, exceptTopics?: readonly string[]): Promise<readonly QueueMessage[]>;
  /** When the next of those that are not due at `now` will be; null where none waits. */
  nextDueAt(now: EpochMs): Promise<EpochMs | null>;
  /** How many are due by `now`, and the one that has its turn first; null where none is. */
  due(now: EpochMs): Promise<{ readonly count: number; readonly firstId: string | null }>;
  /** Also cancels what is not due yet; ids that are not there are passed over. */
  remove(ids: readonly string[]): Promise<void>;
}

export interface Tables extends ArmingTables, DeviceTables, LeadershipTables, OutgoingTables {
  readonly organizations: OrganizationRecords;
  readonly members: MemberRecords;
  readonly invitations: InvitationRecords;
  readonly providers: ProviderRecords;
  readonly accessKeys: AccessKeyRecords;
  readonly imageSources: ImageSourceRecords;
  readonly sites: SiteRecords;
  readonly cameras: CameraRecords;
  readonly zones: ZoneRecords;
  readonly suppressions: SuppressionRecords;
  readonly recordings: RecordingRecords;
  readonly gaps: GapRecords;
  readonly initSegments: InitSegmentRecords;
  readonly garbage: GarbageRecords;
  readonly holds: HoldRecords;
  readonly tracks: TrackRecords;
  readonly images: ImageRecords;
  readonly pushedImages: PushedImageRecords;
  readonly incidents: IncidentRecords;
  readonly analytics: AnalyticsRecords;
  readonly channels: ChannelRecords;
  readonly alerts: AlertRecords;
  readonly authorityLetters: AuthorityLetterRecords;
  readonly preferences: PreferenceRecords;
  readonly pushSubscriptions: PushSubscriptionRecords;
  readonly pushKeys: PushKeyRecords;
  readonly escalationChains: EscalationChainRecords;
  readonly clockJumps: ClockJumpRecords;
  readonly outbox: OutboxRecords;
}

/** Outside a transaction every call commits by itself. */
export interface Records extends Tables {
  /** All of `work` or nothing; serializable. `work` must use only `tx`, and must not wait for anything else. */
  transaction<T>(work: (tx: Tables) => Promise<T>): Promise<T>;
  /** Calls `listener` after a transaction that added to the outbox, or outgoing events, was committed. Returns how to stop. */
  onOutbox(listener: () => void): () => void;
  close(): Promise<void>;
}
