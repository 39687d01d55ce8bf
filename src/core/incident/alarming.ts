// What alarms: a touch at a site that was armed as its zone asks, at its own time.

import type { CameraId, EpochMs, SiteId } from '../brand.ts';
import type { Touch } from '../detection/detection.ts';
import type { Clock } from '../ports/clock.ts';
import type { Tables } from '../ports/records.ts';
import { type Arming, armingInForce, type Site } from '../site/site.ts';

/** What was seen this lately is news of now: far above the time from a frame to its sighting. */
const freshMs = 60_000;

/** Where touches were; `cameraId` is null where no camera saw them. */
export interface TouchedPlace {
  readonly siteId: SiteId;
  readonly cameraId: CameraId | null;
}

/** A touch that alarms, since `at`. */
export interface AlarmingTouch {
  readonly kind: Touch['kind'];
  readonly at: EpochMs;
}

/**
 * The touch that alarms first, an entry before what is touched in the same moment; null where none does. A touch alarms
 * since its beginning where the site was armed as the zone asks then; since its newest moment where the site was armed
 * while the person was already there, since somebody who stays after the arming is somebody to know about, and what
 * they did before is nobody's business. Not while the camera was bypassed, and not in an entry that ended in disarming.
 * Judged by the time of the event: late news is judged as it would have been in time.
 */
export async function firstAlarm(
  deps: { tx: Tables; clock: Clock },
  place: TouchedPlace,
  touches: readonly Touch[],
): Promise<AlarmingTouch | null> {
  const now = deps.clock.now();
  const site = touches.length === 0 ? null : await deps.tx.sites.find(place.siteId);
  let first: AlarmingTouch | null = null;
  for (const touch of touches) {
    const at = await alarmsAt(deps.tx, { ...place, site, now }, touch);
    if (at === null) continue;
    const isSooner = first === null || at < first.at || (at === first.at && touch.kind === 'entry');
    if (isSooner) first = { kind: touch.kind, at };
  }
  return first;
}

/** A place as it is now: read once for all touches. */
interface PlaceNow extends TouchedPlace {
  readonly site: Site | null;
  readonly now: EpochMs;
}

async function alarmsAt(
  tx: Tables,
  place: PlaceNow,
  { since, until, armings }: Touch,
): Promise<EpochMs | null> {
  for (const at of since === until ? [since] : [since, until]) {
    const arming = await armingOf(tx, place, at);
    if (arming === 'disarmed' || !armings.includes(arming)) continue;
    if (place.cameraId !== null && (await tx.bypasses.isBypassed(place.cameraId, at))) continue;
    if (await tx.entries.disarmedAt(place.siteId, at)) continue;
    return at;
  }
  return null;
}

/**
 * The arming that counts for what was seen at `at`. Where the clock was set back, the newest change lies ahead
 * of it, and so it does of the time of a camera that began after that: what is seen now is judged by what holds now.
 */
async function armingOf(tx: Tables, { siteId, site, now }: PlaceNow, at: EpochMs): Promise<Arming> {
  if (site !== null && site.armingChangedAt > now && at >= now - freshMs) return armingInForce(site, now);
  // The site knows its newest change: only what came before that asks the history.
  if (site !== null && at >= site.armingChangedAt) return armingInForce(site, at);
  return tx.sites.armingAt(siteId, at);
}
