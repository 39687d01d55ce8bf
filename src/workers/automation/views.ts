// Organizations as home automation sees them: read from the records and the cache, with what was last told of incidents.

import { type IncidentNews, newsOf } from '../../core/automation/incident-news.ts';
import type { OrganizationView } from '../../core/automation/state.ts';
import type { CameraId, IncidentId, OrganizationId } from '../../core/brand.ts';
import { orWithoutCache } from '../../core/guarded.ts';
import type { Incident } from '../../core/incident/incident.ts';
import type { Cache } from '../../core/ports/cache.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { Records } from '../../core/ports/records.ts';
import type { Camera, CameraStatus } from '../../core/site/camera.ts';
import { cameraStatusKey } from '../../core/site/camera-cache.ts';
import type { Site } from '../../core/site/site.ts';
import type { Presence } from './presence.ts';

/** Unresolved incidents of an organization that are looked at, newest first. */
const maxIncidents = 500;
const organizationsAPage = 500;
const unknown = Symbol('unknown');

export interface Views {
  organizations(): Promise<readonly OrganizationId[]>;
  isKnown(organizationId: OrganizationId): boolean;
  of(organizationId: OrganizationId): Promise<OrganizationView>;
  /** A camera's status was told; true where it means something else than the one before. */
  hear(status: CameraStatus): boolean;
  /** What was told of cameras is asked for anew. */
  doubt(): void;
  /** News are told of what happens from now on. */
  beginNews(): void;
  /** What became of the incident since this was last asked; null where it is no news. */
  newsOf(incident: Incident): IncidentNews | null;
  /** Null where the site is gone. */
  placeOf(incident: Incident): Promise<{ site: Site; cameras: readonly Camera[] } | null>;
}

export function views(
  { records, cache, clock }: { records: Records; cache: Cache; clock: Clock },
  { isPresent }: Pick<Presence, 'isPresent'>,
): Views {
  const known = new Set<OrganizationId>();
  const told = new Map<CameraId, { isRecording: boolean; isSure: boolean }>();
  const incidents = new Map<IncidentId, Incident>();
  let newsSince = clock.now();

  async function isOnline({ id: cameraId, source, enabled }: Camera): Promise<boolean> {
    // Nobody records it, and so nobody tells of it: it takes images at any time.
    if (source.kind === 'pushed') return enabled;
    const heard = told.get(cameraId);
    if (heard?.isSure === true) return heard.isRecording;
    const bytes = await orWithoutCache(() => cache.get(cameraStatusKey(cameraId)), unknown);
    // Nobody can say: what was told last is told on, and no alarm made of it.
    if (bytes === unknown) return heard?.isRecording ?? enabled;
    if (bytes === null) return false;
    // Written by the recorder of this same program.
    const { state }: Pick<CameraStatus, 'state'> = JSON.parse(new TextDecoder().decode(bytes));
    return state === 'recording';
  }

  function remember(incident: Incident): void {
    if (incident.state === 'resolved') incidents.delete(incident.id);
    else incidents.set(incident.id, incident);
  }

  return {
    async organizations() {
      const found: OrganizationId[] = [];
      for (let after: OrganizationId | null = null; ; ) {
        const page = await records.organizations.page(after, organizationsAPage);
        found.push(...page.map(({ id }) => id));
        if (page.length < organizationsAPage) break;
        after = page.at(-1)?.id ?? null;
      }
      for (const id of found) known.add(id);
      return found;
    },
    isKnown: (organizationId) => known.has(organizationId),
    async of(organizationId) {
      const [sites, cameras, devices, wanted, ending, entries, unresolved] = await Promise.all([
        records.sites.list(organizationId),
        records.cameras.list(organizationId),
        records.devices.list(organizationId),
        records.alarms.wanted(),
        records.alarms.ending(),
        records.entries.allRunning(organizationId),
        records.incidents.list({ organizationId, states: ['open', 'acknowledged'], limit: maxIncidents }),
      ]);
      for (const incident of unresolved) {
        // That it was opened is no news; those that came later are, also where they are found here first.
        if (incident.openedAt < newsSince && !incidents.has(incident.id)) remember(incident);
      }
      const online = new Set<CameraId>();
      for (const camera of cameras) if (await isOnline(camera)) online.add(camera.id);
      return {
        organizationId,
        sites,
        cameras,
        devices,
        alarms: [...wanted, ...ending],
        incidents: unresolved,
        isOnline: (cameraId) => online.has(cameraId),
        isPresent,
        entered: new Set(entries.map(({ siteId }) => siteId)),
        now: clock.now(),
      };
    },
    hear({ cameraId, state }) {
      const isRecording = state === 'recording';
      const before = told.get(cameraId);
      told.set(cameraId, { isRecording, isSure: true });
      return before?.isRecording !== isRecording;
    },
    doubt() {
      for (const [cameraId, { isRecording, isSure }] of told) {
        if (isSure) told.set(cameraId, { isRecording, isSure: false });
        else told.delete(cameraId);
      }
    },
    beginNews() {
      newsSince = clock.now();
      incidents.clear();
    },
    newsOf(incident) {
      const before = incidents.get(incident.id) ?? null;
      remember(incident);
      return newsOf(before, incident, newsSince);
    },
    async placeOf({ siteId, organizationId }) {
      const site = await records.sites.find(siteId);
      return site === null ? null : { site, cameras: await records.cameras.list(organizationId) };
    },
  };
}
