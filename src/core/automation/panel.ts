// A site as an alarm panel: the one word that home automation knows for it.

import type { EpochMs, SiteId } from '../brand.ts';
import type { Incident } from '../incident/incident.ts';
import { type Arming, armsAt, type Site } from '../site/site.ts';

/** The states of an alarm control panel in Home Assistant, as far as a site has them. */
export const panelStates = [
  'disarmed',
  'armed_home',
  'armed_away',
  'arming',
  'pending',
  'triggered',
] as const;
export type PanelState = (typeof panelStates)[number];

const byArming = {
  disarmed: 'disarmed',
  'armed-home': 'armed_home',
  'armed-away': 'armed_away',
} as const satisfies Record<Arming, PanelState>;

/**
 * `triggered` while an incident that opened under the present arming waits for somebody: one of last week that
 * nobody looked after must not make the panel cry when the site is armed again. `pending` while somebody who came in has
 * time to disarm, `arming` while those who leave have time to go.
 */
export function panelState(
  site: Site,
  {
    incidents,
    entered,
    now,
  }: {
    readonly incidents: readonly Pick<Incident, 'siteId' | 'state' | 'openedAt'>[];
    /** Where an entry is running. */
    readonly entered: ReadonlySet<SiteId>;
    readonly now: EpochMs;
  },
): PanelState {
  if (site.arming === 'disarmed') return 'disarmed';
  const isTriggered = incidents.some(
    ({ siteId, state, openedAt }) =>
      siteId === site.id && state === 'open' && openedAt >= site.armingChangedAt,
  );
  if (isTriggered) return 'triggered';
  if (entered.has(site.id)) return 'pending';
  return armsAt(site, now) === null ? byArming[site.arming] : 'arming';
}
