// Bypass: a camera whose site is armed without it.

import type { CameraId, EpochMs, OrganizationId, SiteId } from '../brand.ts';
import { VedetteError } from '../errors.ts';
import { ownedSite, type Scope } from '../organization/access.ts';
import type { Clock } from '../ports/clock.ts';
import type { Events } from '../ports/events.ts';
import type { Records, Tables } from '../ports/records.ts';
import type { ArmedBy } from './site.ts';

/** Longest bypass with an end, in ms: a week. Who means longer switches the camera off. */
export const maxBypassMs = 7 * 86_400_000;

/** A camera does not alarm from `since` on, until the site is disarmed, `until` comes or somebody ends it. */
export interface Bypass {
  readonly organizationId: OrganizationId;
  readonly siteId: SiteId;
  readonly cameraId: CameraId;
  readonly since: EpochMs;
  /** Null: until the next disarming. */
  readonly until: EpochMs | null;
  readonly by: ArmedBy;
  /** When it was ended by a person or a disarming; null where it was not. */
  readonly endedAt: EpochMs | null;
  readonly endedBy: ArmedBy | null;
}

interface BypassDeps {
  readonly records: Records;
  readonly clock: Clock;
  readonly events: Events;
}

interface BypassOrder {
  readonly siteId: SiteId;
  readonly cameraId: CameraId;
  readonly by: ArmedBy;
}

/**
 * Bypasses a camera of the site until the next disarming, or until `until`. Errors: `not-found` (site, or no camera of
 * it), `request-invalid` (`until` is over or too far).
 */
export async function bypassCamera(
  deps: BypassDeps,
  caller: Scope,
  { siteId, cameraId, until, by }: BypassOrder & { readonly until: EpochMs | null },
): Promise<void> {
  const { records, clock } = deps;
  await records.transaction(async (tx) => {
    ownedSite(await tx.sites.find(siteId), caller);
    await beginBypass({ tx, clock }, { siteId, cameraId, until, by });
  });
  announce(deps, caller, siteId);
}

/** Ends the bypass of a camera; one that is not bypassed stays so. Errors: `not-found` (site). */
export async function endBypass(
  deps: BypassDeps,
  caller: Scope,
  { siteId, cameraId, by }: BypassOrder,
): Promise<void> {
  const ended = await deps.records.transaction(async (tx) => {
    ownedSite(await tx.sites.find(siteId), caller);
    return tx.bypasses.end(siteId, { cameraId, at: deps.clock.now(), by });
  });
  if (ended > 0) announce(deps, caller, siteId);
}

/** In the caller's transaction. Errors: `not-found` (no camera of the site), `request-invalid`. */
export async function beginBypass(
  { tx, clock }: { tx: Tables; clock: Clock },
  { siteId, cameraId, until, by }: BypassOrder & { readonly until: EpochMs | null },
): Promise<void> {
  const camera = await tx.cameras.place(cameraId);
  if (camera === null || camera.siteId !== siteId) throw new VedetteError('not-found');
  const since = clock.now();
  if (until !== null && (until <= since || until > since + maxBypassMs)) {
    const sentence = 'A bypass ends within a week. Leave the end out to bypass until the next disarming.';
    throw new VedetteError('request-invalid', sentence, { fields: { until: sentence } });
  }
  await tx.bypasses.begin({ organizationId: camera.organizationId, siteId, cameraId, since, until, by });
}

function announce({ events }: BypassDeps, { organizationId }: Scope, siteId: SiteId): void {
  events.publish({ type: 'site-changed', organizationId, siteId });
}
