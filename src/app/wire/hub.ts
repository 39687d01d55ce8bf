// The hub: people, incidents, alerts and pages around a house and its eyes, or those of its roles that run here.

import { drain } from '../../core/drain.ts';
import { firstAnswers } from '../../core/first-answers.ts';
import type { Log } from '../../core/ports/log.ts';
import { startArming } from '../../workers/arming.ts';
import { storeDoubt } from '../../workers/expire-doubt.ts';
import { startLetters } from '../../workers/send-letters.ts';
import { lateCut } from '../late-cut.ts';
import type { Role } from '../roles.ts';
import type { Settings } from '../settings.ts';
import { openAlerts, openCouriers } from './alerts.ts';
import { cutElsewhere, openFootageElsewhere, openRecording } from './cameras.ts';
import { openAlarms, openDeviceReach } from './devices.ts';
import { openDoor } from './door.ts';
import { readFigures } from './figures.ts';
import { openHouse } from './house.ts';
import { openDetector, openImageRecords, openIngest, openIntake, openLook } from './intake.ts';
import { openBroker } from './mqtt.ts';
import { openOutgoing } from './outgoing.ts';
import { openPeople, publicUrlOf } from './people.ts';
import { openProbe } from './probe.ts';
import { openStanding } from './standing.ts';
import { leadOf, openBrokerWork, openExpiry, openRelay, openUpkeep } from './tending.ts';

export interface Hub {
  /** Where the pages are; null where they are another process's. */
  readonly url: string | null;
  /** Opens the making of the first administrator; null where there is one. */
  readonly setupUrl: string | null;
  /** Says to whoever asks that this process is not to be used any more; it goes on until it is stopped. */
  drain(): void;
  stop(): Promise<void>;
}

/**
 * Starts the roles in this process, in the order in which they need each other. It ends in reverse: pages first, then
 * the recordings are sealed, and alerts and letters that a receiver holds up come last.
 */
export async function openHub(settings: Settings, log: Log, roles: readonly Role[]): Promise<Hub> {
  const has = (role: Role) => roles.includes(role);
  await using opening = new AsyncDisposableStack();
  const started = async (work: Promise<{ stop(): Promise<void> }> | { stop(): Promise<void> }) => {
    const running = await work;
    opening.defer(() => running.stop());
  };
  const stores = opening.use(await openHouse(settings, log, roles));
  const mqtt = await openBroker(settings, stores);
  opening.defer(() => mqtt?.close());
  const { standing, presence, breakers, ...guarded } = openStanding(stores, mqtt, roles);
  opening.defer(() => standing.stop());
  opening.defer(() => presence.stop());
  const house = { ...stores, ...guarded, mqtt };
  readFigures(house, { roles, standing, breakers });
  const leaving = drain();
  const publicUrl = publicUrlOf(settings);
  const lead = leadOf(house);
  const couriers = openCouriers(house, settings, publicUrl);
  const reach = openDeviceReach(house, settings);
  const late = lateCut();
  if (!has('record')) late.begin({ cut: cutElsewhere(house) });

  let makeRoom = async () => false;
  if (has('tend')) {
    // One for as long as this process lives, however often it leads.
    const doubt = storeDoubt(house);
    await started(
      lead(
        'expiry',
        () => {
          const expiry = openExpiry(house, settings, doubt);
          if (house.shared === null) makeRoom = expiry.makeRoom;
          return expiry;
        },
        'later',
      ),
    );
  }
  if (has('deliver')) await started(openAlerts(house, couriers, publicUrl));
  if (has('tend')) {
    await started(openRelay(house, lead));
    await started(openOutgoing(house, settings, { publicUrl, lead }));
    await started(openBrokerWork(house, settings, { publicUrl, cut: late.cut, lead }));
  }
  if (has('deliver')) await started(openAlarms(house, reach));

  const letters = endedLater();
  opening.defer(letters.ended);
  const recording = has('record')
    ? opening.use(await openRecording(house, settings, { late, makeRoom: () => makeRoom() }))
    : null;
  // Where several processes record, what is open is asked for where it is, be that here.
  const openFootage =
    recording !== null && house.shared === null ? recording.openFootage : await openFootageElsewhere(house);
  if (has('deliver')) await started(startArming(house, late.cut));
  if (has('tend')) await started(openUpkeep(house, lead));

  const intake =
    has('http') || has('ingest') || has('detect') ? opening.use(await openIntake(house, settings)) : null;
  if (has('ingest') && intake !== null) {
    await started(openIngest(house, intake));
    const records = openImageRecords(house, settings, intake);
    if (records !== null) await started(records);
  }
  if (has('detect') && intake !== null) {
    const detector = openDetector(house, settings, recording?.detectorReady ?? null);
    opening.defer(() => detector.stop());
    await started(openLook(house, intake, { detector: detector.detector, cut: late.cut }));
  }

  const people = await openPeople(house, settings, publicUrl);
  if (has('deliver')) {
    const sending = startLetters({ ...house, mailer: people.mailer, openFootage });
    opening.defer(() => letters.end(sending));
  }
  // Who is told that Vedette runs signs in, and may do so.
  await firstAnswers({ ...house, standing });
  const door =
    intake !== null && has('http')
      ? opening.use(
          await openDoor(
            {
              ...house,
              ...people,
              ...couriers,
              ...reach,
              ...{ openFootage, standing, cutRecording: late.cut, drain: leaving, intake: intake.intake },
              mostPushedDays: settings.VEDETTE_RETENTION_PUSHED_DAYS,
            },
            settings,
            publicUrl,
          ),
        )
      : null;
  const asked = { ...house, standing, drain: leaving };
  const probe = await openProbe(asked, settings, { publicUrl, hasPages: door !== null });
  opening.defer(() => probe?.stop());
  const running = opening.move();
  return {
    url: door?.url ?? null,
    setupUrl: door?.setupUrl ?? null,
    drain: () => leaving.begin(),
    stop: () => running.disposeAsync(),
  };
}

/** The end of something that may take its time: it begins where `end` stands, and is waited for where `ended` does. */
function endedLater(): { end(work: { stop(): Promise<void> }): void; ended(): Promise<void> } {
  let ended: Promise<unknown> = Promise.resolve();
  return {
    end(work) {
      // Nobody listens to it until others have ended.
      ended = work.stop().then(
        () => null,
        (error: unknown) => error,
      );
    },
    async ended() {
      const error = await ended;
      if (error !== null && error !== undefined) throw error;
    },
  };
}
