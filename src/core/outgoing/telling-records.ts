// Records that tell: each change that integrators hear of writes its event in the transaction of the change. It is the one
// place where that happens, so that no part of the program can change something and forget to tell.

import type { Incident } from '../incident/incident.ts';
import type { Alarm } from '../device/alarm.ts';
import type { Clock } from '../ports/clock.ts';
import type { AlarmRecords } from '../ports/records-devices.ts';
import type { PushedImageRecords } from '../ports/records-images.ts';
import type { IncidentRecords } from '../ports/records-incidents.ts';
import type { Records, SiteRecords, Tables } from '../ports/records.ts';
import { alarmEvent, armingEvent, detectedEvent, imageEvent, incidentEvent } from './compose.ts';
import type { OutgoingEvent } from './event.ts';

/** Several steps as one: in the transaction at hand, or in one of their own. */
type Atomically = <T>(work: (tx: Tables) => Promise<T>) => Promise<T>;

/** The same `records`, which write events beside what they change. */
export function tellingRecords(records: Records, clock: Clock): Records {
  return {
    ...records,
    ...telling(records, clock, (work) => records.transaction(work)),
    transaction: (work) =>
      records.transaction((tx) => work({ ...tx, ...telling(tx, clock, (inner) => inner(tx)) })),
  };
}

function telling(tables: Tables, clock: Clock, atomically: Atomically) {
  return {
    incidents: { ...tables.incidents, ...incidents(clock, atomically) },
    sites: { ...tables.sites, ...sites(clock, atomically) },
    pushedImages: { ...tables.pushedImages, ...images(clock, atomically) },
    alarms: { ...tables.alarms, ...alarms(clock, atomically) },
  };
}

function incidents(clock: Clock, atomically: Atomically): Pick<IncidentRecords, 'insert' | 'update'> {
  async function tell(tx: Tables, before: Incident | null, after: Incident): Promise<void> {
    const event = await incidentEvent({ tx, clock }, before, after);
    if (event !== null) await tx.outgoingEvents.add([event]);
  }
  return {
    insert: (incident) =>
      atomically(async (tx) => {
        await tx.incidents.insert(incident);
        await tell(tx, null, incident);
      }),
    update: (incident, expectedState) =>
      atomically(async (tx) => {
        const before = await tx.incidents.find(incident.id);
        if (!(await tx.incidents.update(incident, expectedState))) return false;
        if (before !== null) await tell(tx, before, incident);
        return true;
      }),
  };
}

function sites(clock: Clock, atomically: Atomically): Pick<SiteRecords, 'arm'> {
  return {
    arm: (change) =>
      atomically(async (tx) => {
        const stored = await tx.sites.arm(change);
        const site = await tx.sites.find(stored.siteId);
        if (site !== null) await tx.outgoingEvents.add([await armingEvent({ tx, clock }, site, stored)]);
        return stored;
      }),
  };
}

type ImageChanges = Pick<PushedImageRecords, 'insertNew' | 'release' | 'looked' | 'destroy'>;

function images(clock: Clock, atomically: Atomically): ImageChanges {
  return {
    insertNew: (images) =>
      atomically(async (tx) => {
        const inserted = await tx.pushedImages.insertNew(images);
        const isNew = new Set(inserted);
        const events: OutgoingEvent[] = [];
        for (const image of images) {
          // An image may be twice among them, and is told of once.
          if (isNew.delete(image.id)) events.push(imageEvent({ clock }, image.state, image));
        }
        await tx.outgoingEvents.add(events);
        return inserted;
      }),
    release: (image, at) =>
      atomically(async (tx) => {
        const released = await tx.pushedImages.release(image, at);
        if (released) await tx.outgoingEvents.add([imageEvent({ clock }, image.state, image)]);
        return released;
      }),
    looked: (id, seen) =>
      atomically(async (tx) => {
        const changed = await tx.pushedImages.looked(id, seen);
        const image = changed && seen.detections.length > 0 ? await tx.pushedImages.find(id) : null;
        if (image !== null) await tx.outgoingEvents.add([detectedEvent({ clock }, image)]);
        return changed;
      }),
    destroy: (id, at) =>
      atomically(async (tx) => {
        const before = await tx.pushedImages.find(id);
        await tx.pushedImages.destroy(id, at);
        if (before === null || before.object === null) return;
        const gone = { ...before, state: 'destroyed', destroyedAt: at, object: null } as const;
        await tx.outgoingEvents.add([imageEvent({ clock }, 'destroyed', gone)]);
      }),
  };
}

function alarms(clock: Clock, atomically: Atomically): Pick<AlarmRecords, 'insert' | 'update'> {
  const tell = async (tx: Tables, alarm: Alarm) =>
    tx.outgoingEvents.add([await alarmEvent({ tx, clock }, alarm)]);
  return {
    insert: (alarm) =>
      atomically(async (tx) => {
        await tx.alarms.insert(alarm);
        await tell(tx, alarm);
      }),
    update: (alarm, expectedSequence) =>
      atomically(async (tx) => {
        const changed = await tx.alarms.update(alarm, expectedSequence);
        if (changed) await tell(tx, alarm);
        return changed;
      }),
  };
}
