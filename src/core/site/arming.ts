// Arming: a site is armed and disarmed as a whole.

import type { CameraId, SiteId } from '../brand.ts';
import { VedetteError } from '../errors.ts';
import { endAlarmsAt } from '../device/alarms.ts';
import { endEntryByDisarming } from '../incident/entry.ts';
import { ownedSite, type Scope } from '../organization/access.ts';
import type { Clock } from '../ports/clock.ts';
import type { Events } from '../ports/events.ts';
import type { Records, Tables } from '../ports/records.ts';
import { plus } from '../incident/clip.ts';
import { beginBypass } from './bypass.ts';
import { type ArmedBy, type Arming, type ArmingChange, armsAt, type Site } from './site.ts';

/** The queue's topic of armings that come into force; key is the site, the payload is `ArmingMessage` as JSON. */
export const armingsTopic = 'armings';

export interface ArmingMessage {
  readonly siteId: SiteId;
}

export interface ArmingOrder {
  readonly siteId: SiteId;
  readonly arming: Arming;
  readonly by: ArmedBy;
  /** Without the site's exit delay. Default: false; a schedule never waits. */
  readonly now?: boolean;
  /** Cameras that do not alarm until the next disarming. */
  readonly bypass?: readonly CameraId[];
}

/**
 * Sets a site's arming; the same arming again changes nothing, unless `now` ends its exit delay. Disarming is in force
 * at once, ends bypasses, and ends an entry that is running. `before` is what was asked for before. Errors: `not-found`
 * (the site, or a camera to bypass), `not-allowed` (by MQTT, where the site does not take that).
 */
export async function armSite(
  { records, clock, events }: { records: Records; clock: Clock; events: Events },
  caller: Scope,
  order: ArmingOrder,
): Promise<{ site: Site; before: Arming }> {
  const { before, site, changed } = await records.transaction(async (tx) => {
    const before = ownedSite(await tx.sites.find(order.siteId), caller);
    if (order.by.kind === 'mqtt' && !before.armByMqtt) {
      throw new VedetteError(
        'not-allowed',
        'This site is not armed by MQTT. Switch that on on its page first.',
      );
    }
    const site = await arm({ tx, clock }, before, order);
    if (order.arming !== 'disarmed') await bypass({ tx, clock }, order);
    return { before, site, changed: site !== before || (order.bypass ?? []).length > 0 };
  });
  if (changed) events.publish({ type: 'site-changed', organizationId: site.organizationId, siteId: site.id });
  return { site, before: before.arming };
}

async function arm(deps: { tx: Tables; clock: Clock }, site: Site, order: ArmingOrder): Promise<Site> {
  const at = deps.clock.now();
  const isAtOnce = order.now ?? order.by.kind === 'schedule';
  const endsDelay = isAtOnce && armsAt(site, at) !== null;
  if (site.arming === order.arming && !endsDelay) return site;
  const delayMs = isAtOnce || order.arming === 'disarmed' ? 0 : site.exitDelaySeconds * 1000;
  return changeArming(deps.tx, site, { ...order, at, delayMs });
}

/** Writes the change with all that follows from it, in the caller's transaction. */
export async function changeArming(
  tx: Tables,
  site: Site,
  { arming, by, at, delayMs }: Pick<ArmingChange, 'arming' | 'by' | 'at'> & { delayMs: number },
): Promise<Site> {
  const effectiveAt = plus(at, delayMs);
  const change = await tx.sites.arm({ siteId: site.id, arming, at, effectiveAt, by });
  if (arming === 'disarmed') {
    await tx.bypasses.end(site.id, { at: change.at, by });
    // By the clock on the wall, not by the history's, which may lie ahead where the clock was set back.
    await endEntryByDisarming(tx, { siteId: site.id, at, by });
    await endAlarmsAt({ tx, clock: { now: () => at } }, site.id);
  } else if (delayMs > 0) {
    // The pages and whoever else follows the site hear of the moment at which it is armed.
    const payload = JSON.stringify({ siteId: site.id } satisfies ArmingMessage);
    const id = `arming/${site.id}/${change.at}`;
    await tx.outbox.add({ topic: armingsTopic, key: site.id, id, payload }, change.effectiveAt);
  }
  return {
    ...site,
    arming,
    armingChangedAt: change.at,
    armingEffectiveAt: change.effectiveAt,
    armingBefore: change.before,
  };
}

async function bypass(
  { tx, clock }: { tx: Tables; clock: Clock },
  { siteId, by, bypass = [] }: ArmingOrder,
): Promise<void> {
  for (const cameraId of new Set(bypass)) {
    await beginBypass({ tx, clock }, { siteId, cameraId, until: null, by });
  }
}
