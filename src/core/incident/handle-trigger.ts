// From trigger to incident: what was seen or felt at a site that is armed.

import { type Audience, readAudience } from '../alert/audience.ts';
import { noteNews } from '../alert/news.ts';
import type { CameraId, ImageId, OrganizationId, SiteId } from '../brand.ts';
import type { Blobs } from '../ports/blobs.ts';
import type { Clock } from '../ports/clock.ts';
import type { Events } from '../ports/events.ts';
import type { Keys } from '../ports/keys.ts';
import type { Log } from '../ports/log.ts';
import type { Records, Tables } from '../ports/records.ts';
import { firstAlarm } from './alarming.ts';
import { keepsPicture, waitForEntry } from './entry.ts';
import { incidentOf } from './episode.ts';
import { followIncident, leavesAsIs, wantsSnapshot } from './follow.ts';
import type { Incident } from './incident.ts';
import { openIncident } from './open.ts';
import { discardSnapshot, type StoredSnapshot, secureSnapshot, storeSnapshot } from './snapshot.ts';
import { type Trigger, touchedPlace } from './trigger.ts';

export interface TriggerDeps {
  readonly records: Records;
  readonly blobs: Blobs;
  readonly keys: Keys;
  readonly clock: Clock;
  readonly events: Events;
  readonly log: Log;
}

/** What came of a trigger. */
export interface Handled {
  /** The incident it opened; null where it opened none. */
  readonly opened: Incident | null;
  /** The incident it belongs to, as it is now; null where it belongs to none. */
  readonly incident: Incident | null;
  /** Cameras whose open recording should be sealed now, so that the evidence leaves the site. */
  readonly cutCameras: readonly CameraId[];
}

interface Outcome extends Handled {
  readonly changed: boolean;
  /** The picture that is owned now by what came of it. */
  readonly snapshotId: ImageId | null;
  /** Somebody came in, and pages should show it. */
  readonly entered: boolean;
}

const nothing: Outcome = {
  ...{ opened: null, incident: null, cutCameras: [], changed: false },
  ...{ snapshotId: null, entered: false },
};

/**
 * Opens, joins, follows or ends the incident that a trigger belongs to: exactly one per intrusion and site, whatever the
 * order and the number of callers. Handling a trigger again changes nothing. Errors: what records throw.
 */
export async function handleTrigger(deps: TriggerDeps, trigger: Trigger): Promise<Handled> {
  const { changed, entered, snapshotId: _, ...handled } = await settled(deps, trigger);
  const { organizationId, siteId } = trigger;
  if (entered) deps.events.publish({ type: 'site-changed', organizationId, siteId });
  if (changed && handled.incident !== null) {
    deps.events.publish({
      type: 'incident-changed',
      organizationId,
      incidentId: handled.incident.id,
      siteId,
    });
  }
  return handled;
}

async function settled(deps: TriggerDeps, trigger: Trigger): Promise<Outcome> {
  const { records } = deps;
  const since =
    (await firstAlarm({ tx: records, clock: deps.clock }, touchedPlace(trigger), trigger.touches))?.at ??
    null;
  const before = await incidentOf(records, trigger, since);
  if (before === null && since === null) return nothing;
  const isWanted = before === null ? await keepsPicture(records, trigger) : wantsSnapshot(before, trigger);
  // Most sights of an episode are not worth a transaction, of which there is one at a time.
  if (before !== null && !isWanted && leavesAsIs(before, trigger, since)) {
    return { ...nothing, incident: before };
  }
  const [audience, snapshot] = await Promise.all([
    before === null ? audienceOf(deps, trigger) : null,
    isWanted ? storeSnapshot(deps, trigger) : null,
  ]);
  // Where this throws, the picture stays listed as garbage: whether the transaction was committed is not known.
  const outcome = await records.transaction((tx) => settle({ ...deps, tx }, trigger, { snapshot, audience }));
  if (snapshot !== null) {
    const isOwned = outcome.snapshotId === snapshot.image.id;
    await (isOwned ? secureSnapshot : discardSnapshot)(deps, snapshot);
  }
  return outcome;
}

/** Decides again inside the transaction: another camera may have opened the incident a moment ago. */
async function settle(
  { tx, clock }: { tx: Tables; clock: Clock },
  trigger: Trigger,
  { snapshot, audience }: { snapshot: StoredSnapshot | null; audience: Audience | null },
): Promise<Outcome> {
  const alarm = await firstAlarm({ tx, clock }, touchedPlace(trigger), trigger.touches);
  const since = alarm?.at ?? null;
  const before = await incidentOf(tx, trigger, since);
  if (before === null) {
    if (alarm === null || since === null) return nothing;
    const wait = await waitForEntry({ tx, clock }, { alarm, trigger }, snapshot);
    if (wait !== null) return { ...nothing, snapshotId: wait.entry.snapshotId, entered: wait.changed };
    const incident = await openIncident({ tx, clock }, trigger, { since, snapshot, audience });
    const { snapshotId } = incident;
    const cutCameras = await camerasOf(tx, trigger);
    return { ...nothing, opened: incident, incident, cutCameras, changed: true, snapshotId };
  }
  const followed = await followIncident({ tx, clock }, before, trigger, { since, snapshot });
  const { incident, changed } = followed;
  if (followed.joined || followed.ended || incident.severity !== before.severity) {
    await noteNews({ tx, clock }, incident);
  }
  const joinedCameras = followed.joined ? await camerasOf(tx, trigger) : [];
  const cutCameras = followed.ended ? incident.cameraIds : joinedCameras;
  return { ...nothing, incident, cutCameras, changed, snapshotId: incident.snapshotId };
}

/** Whose evidence should leave the site: of the camera that saw it, or of every camera where a sensor felt it. */
async function camerasOf(tx: Tables, { siteId, source }: Trigger): Promise<readonly CameraId[]> {
  return source.by === 'camera' ? [source.id] : tx.cameras.idsAt(siteId);
}

/** Read before the transaction, of which there is one at a time. Null where it cannot be read: people are told later. */
export async function audienceOf(
  { records, log }: TriggerDeps,
  place: { readonly organizationId: OrganizationId; readonly siteId: SiteId },
): Promise<Audience | null> {
  try {
    return await readAudience(records, place);
  } catch (error) {
    log.warn(
      'Whom to tell cannot be read: an incident is opened all the same, and told as soon as it can be',
      {
        error,
      },
    );
    return null;
  }
}
