// A site is a place that is armed and disarmed as a whole.

import type { AccessKeyId, EpochMs, MemberId, OrganizationId, SiteId } from '../brand.ts';

export const armings = ['disarmed', 'armed-home', 'armed-away'] as const;
export type Arming = (typeof armings)[number];

/** Longest exit or entry delay, in seconds: the norm for intruder alarms (EN 50131-1) allows 45 s to leave a house. */
export const maxDelaySeconds = 300;

/** What is set for a site beside its arming. */
export interface SiteSettings {
  readonly name: string;
  /** IANA time zone name, for display and for schedules; everything stored is UTC. */
  readonly timeZone: string;
  /** Time to leave after arming by hand, until it is in force. 0 to `maxDelaySeconds`. */
  readonly exitDelaySeconds: number;
  /** Time to disarm for who comes in by an entry zone, until an incident is opened. 0 to `maxDelaySeconds`. */
  readonly entryDelaySeconds: number;
  /** Whether who can write to the broker may arm and disarm. */
  readonly armByMqtt: boolean;
  /** Days that pushed images of it are kept, never more than the installation does; null: as long as that. */
  readonly pushedDays: number | null;
}

export interface Site extends SiteSettings {
  readonly id: SiteId;
  readonly organizationId: OrganizationId;
  /** What was asked for last; it is in force from `armingEffectiveAt` on. */
  readonly arming: Arming;
  readonly armingChangedAt: EpochMs;
  /** The end of the exit delay; `armingChangedAt` where there was none. */
  readonly armingEffectiveAt: EpochMs;
  /** What is in force until then. */
  readonly armingBefore: Arming;
  readonly createdAt: EpochMs;
}

export const armedByKinds = ['member', 'access-key', 'schedule', 'mqtt'] as const;

/** Who arms. */
export type ArmedBy =
  | { readonly kind: 'member'; readonly memberId: MemberId }
  /** The id is null where an older version did not write it down. */
  | { readonly kind: 'access-key'; readonly accessKeyId: AccessKeyId | null }
  | { readonly kind: 'schedule' }
  | { readonly kind: 'mqtt' };

/** One change of a site's arming. */
export interface ArmingChange {
  readonly siteId: SiteId;
  readonly arming: Arming;
  readonly at: EpochMs;
  /** From when on it is in force: the end of the exit delay. */
  readonly effectiveAt: EpochMs;
  /** What was in force at `at`, and is until `effectiveAt`. */
  readonly before: Arming;
  readonly by: ArmedBy;
}

/**
 * When the arming asked for will be in force; null where it is. Where the clock was set back behind the change, nobody
 * knows how much of the exit delay has passed: then it is in force.
 */
export function armsAt(site: Site, now: EpochMs): EpochMs | null {
  const isPending = site.armingChangedAt <= now && now < site.armingEffectiveAt;
  return isPending ? site.armingEffectiveAt : null;
}

/** The arming in force now. */
export function armingInForce(site: Site, now: EpochMs): Arming {
  return armsAt(site, now) === null ? site.arming : site.armingBefore;
}

/** What a site begins with: disarmed, without delays. */
export function neverArmed(at: EpochMs) {
  return {
    arming: 'disarmed',
    armingChangedAt: at,
    armingEffectiveAt: at,
    armingBefore: 'disarmed',
    exitDelaySeconds: 0,
    entryDelaySeconds: 0,
    armByMqtt: false,
    pushedDays: null,
  } as const;
}
