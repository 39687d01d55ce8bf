// Records on SQL: the port, composed of one small file a group of tables.

import type { Clock } from '../../core/ports/clock.ts';
import type { Keys } from '../../core/ports/keys.ts';
import type { Records, Tables } from '../../core/ports/records.ts';
import { accessKeyRecords } from './access-keys.ts';
import { authorityLetterRecords } from './authority-letters.ts';
import { alertRecords, channelRecords } from './alerts.ts';
import { analyticsRecords } from './analytics.ts';
import { bypassRecords } from './bypasses.ts';
import { cameraRecords } from './cameras.ts';
import type { Database } from './database.ts';
import { alarmRecords, deviceRecords } from './devices.ts';
import { entryRecords } from './entries.ts';
import { escalationChainRecords } from './escalation-chains.ts';
import { clockJumpRecords, gapRecords, garbageRecords, holdRecords, initSegmentRecords } from './footage.ts';
import { imageSourceRecords } from './image-sources.ts';
import { imageRecords } from './images.ts';
import { incidentRecords } from './incidents.ts';
import { invitationRecords } from './invitations.ts';
import { leadershipRecords } from './leaderships.ts';
import { memberRecords } from './members.ts';
import { organizationRecords } from './organizations.ts';
import { outboxRecords } from './outbox.ts';
import { outgoingEventRecords, toldCameraRecords } from './outgoing-events.ts';
import { preferenceRecords } from './preferences.ts';
import { providerRecords } from './providers.ts';
import { pushedImageRecords } from './pushed-images.ts';
import { pushKeyRecords, pushSubscriptionRecords } from './push-subscriptions.ts';
import { recordingRecords } from './recordings.ts';
import { type SecretColumns, secretColumns } from './secrets.ts';
import { scheduleRecords } from './schedules.ts';
import type { Session } from './session.ts';
import { siteRecords } from './sites.ts';
import { trackRecords } from './tracks.ts';
import { suppressionRecords, zoneRecords } from './zones.ts';

/**
 * The records in `database`, which stays its owner's to close. Passwords and signing secrets are sealed with
 * `keys` before they are stored.
 */
export function sqlRecords({ database, keys }: { database: Database; keys: Keys; clock: Clock }): Records {
  const secrets = secretColumns(keys);
  const { bell, prepareDay } = database;
  const subscriptions = new Set<() => void>();
  const outside: Session = {
    db: database.kysely,
    prepareDay,
    atomically: (work) => database.transaction(work),
  };
  return {
    ...tables(outside, secrets, () => bell.ring()),
    async transaction(work) {
      let outboxGrew = false;
      const result = await database.transaction((tx) => {
        // An attempt that was undone added nothing.
        outboxGrew = false;
        const session: Session = { db: tx, prepareDay, atomically: (inner) => inner(tx) };
        return work(
          tables(session, secrets, () => {
            outboxGrew = true;
          }),
        );
      });
      if (outboxGrew) bell.ring();
      return result;
    },
    onOutbox(listener) {
      const unsubscribe = bell.subscribe(listener);
      const stop = () => {
        subscriptions.delete(stop);
        unsubscribe();
      };
      subscriptions.add(stop);
      return stop;
    },
    async close() {
      for (const stop of [...subscriptions]) stop();
    },
  };
}

function tables(session: Session, secrets: SecretColumns, outboxGrew: () => void): Tables {
  return {
    organizations: organizationRecords(session),
    members: memberRecords(session),
    invitations: invitationRecords(session),
    providers: providerRecords(session, secrets),
    accessKeys: accessKeyRecords(session),
    imageSources: imageSourceRecords(session, secrets),
    sites: siteRecords(session),
    entries: entryRecords(session),
    bypasses: bypassRecords(session),
    schedules: scheduleRecords(session),
    cameras: cameraRecords(session, secrets),
    zones: zoneRecords(session),
    suppressions: suppressionRecords(session),
    recordings: recordingRecords(session),
    gaps: gapRecords(session),
    initSegments: initSegmentRecords(session),
    garbage: garbageRecords(session),
    holds: holdRecords(session),
    tracks: trackRecords(session),
    images: imageRecords(session),
    pushedImages: pushedImageRecords(session),
    incidents: incidentRecords(session),
    analytics: analyticsRecords(session),
    devices: deviceRecords(session, secrets),
    alarms: alarmRecords(session),
    channels: channelRecords(session, secrets),
    alerts: alertRecords(session),
    authorityLetters: authorityLetterRecords(session),
    preferences: preferenceRecords(session),
    pushSubscriptions: pushSubscriptionRecords(session, secrets),
    pushKeys: pushKeyRecords(session, secrets),
    escalationChains: escalationChainRecords(session),
    clockJumps: clockJumpRecords(session),
    outbox: outboxRecords(session, outboxGrew),
    outgoingEvents: outgoingEventRecords(session, outboxGrew),
    toldCameras: toldCameraRecords(session),
    leaderships: leadershipRecords(session),
  };
}
