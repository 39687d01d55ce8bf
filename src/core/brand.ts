// Brands keep values of one primitive type from mixing.

declare const brand: unique symbol;

/** A primitive `T` that only code which checked it may call `Name`. */
export type Brand<T, Name extends string> = T & { readonly [brand]: Name };

export type OrganizationId = Brand<string, 'OrganizationId'>;
export type MemberId = Brand<string, 'MemberId'>;
export type SiteId = Brand<string, 'SiteId'>;
export type CameraId = Brand<string, 'CameraId'>;
export type RecordingId = Brand<string, 'RecordingId'>;
export type GapId = Brand<string, 'GapId'>;
export type ImageId = Brand<string, 'ImageId'>;
export type TrackId = Brand<string, 'TrackId'>;
export type IncidentId = Brand<string, 'IncidentId'>;
export type HoldId = Brand<string, 'HoldId'>;
export type ChannelId = Brand<string, 'ChannelId'>;
export type AlertId = Brand<string, 'AlertId'>;
export type InvitationId = Brand<string, 'InvitationId'>;
export type ProviderId = Brand<string, 'ProviderId'>;
export type AccessKeyId = Brand<string, 'AccessKeyId'>;
export type ZoneId = Brand<string, 'ZoneId'>;
export type AuthorityLetterId = Brand<string, 'AuthorityLetterId'>;
export type SuppressionId = Brand<string, 'SuppressionId'>;
export type DeviceId = Brand<string, 'DeviceId'>;
export type AlarmId = Brand<string, 'AlarmId'>;
export type EntryId = Brand<string, 'EntryId'>;
export type OutgoingEventId = Brand<string, 'OutgoingEventId'>;

/** Milliseconds since 1970-01-01T00:00:00Z. */
export type EpochMs = Brand<number, 'EpochMs'>;

/** A SHA-256 digest, 64 lower-case hexadecimal digits. */
export type Sha256 = Brand<string, 'Sha256'>;

/** Names `value` after its brand; the caller vouches for it (an id just made, a column just read). */
export function branded<B extends Brand<string, string> | Brand<number, string>>(
  value: B extends string ? string : number,
): B {
  return value as unknown as B;
}
