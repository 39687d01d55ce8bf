// The hub: people, incidents, alerts and pages around a house and its eyes.

import { join } from 'node:path';
import { endStaleIncidents } from '../../core/incident/end-stale-incidents.ts';
import type { Log } from '../../core/ports/log.ts';
import { repeat } from '../../core/repeat.ts';
import { createHttp } from '../../http/app.ts';
import { listen } from '../../http/server.ts';
import { startArming } from '../../workers/arming.ts';
import { startExpiry } from '../../workers/expire.ts';
import { startLetters } from '../../workers/send-letters.ts';
import { cameraPolicyOf } from '../camera-policy.ts';
import { openJudge } from '../judge.ts';
import { lateCut } from '../late-cut.ts';
import { pagesFolder, version } from '../package.ts';
import { retentionOf } from '../retention.ts';
import type { Settings } from '../settings.ts';
import { openSetup } from '../setup.ts';
import { openAlerts } from './alerts.ts';
import { openDevices } from './devices.ts';
import { openEyes } from './eyes.ts';
import { openHouse } from './house.ts';
import { openAutomation, openBroker, topicsOf } from './mqtt.ts';
import { openPeople, publicUrlOf } from './people.ts';

const bytesPerGigabyte = 1e9;
/** An incident whose camera died is ended at most this much late. */
const staleEveryMs = 60_000;
/** Expired invitations are worth nothing, but hold the addresses of people. */
const invitationsEveryMs = 3_600_000;

export interface Hub {
  /** Where the pages are. */
  readonly url: string;
  /** Opens the making of the first administrator; null where there is one. */
  readonly setupUrl: string | null;
  stop(): Promise<void>;
}

/**
 * Starts everything in this process, in the order in which it is needed. It ends in reverse: pages first, then the
 * recordings are sealed, and alerts that a receiver holds up come last.
 */
export async function openHub(settings: Settings, log: Log): Promise<Hub> {
  await using opening = new AsyncDisposableStack();
  const stores = opening.use(await openHouse(settings, log));
  const mqtt = await openBroker(settings, stores);
  opening.defer(() => mqtt?.close());
  const house = { ...stores, mqtt };
  const { records, clock } = house;
  const publicUrl = publicUrlOf(settings);

  const expiry = startExpiry(house, {
    ...retentionOf(settings),
    quotaBytes: settings.VEDETTE_QUOTA_GB === 0 ? null : settings.VEDETTE_QUOTA_GB * bytesPerGigabyte,
    reserveBytes: settings.VEDETTE_RESERVE_GB * bytesPerGigabyte,
  });
  opening.defer(() => expiry.stop());

  const alerts = openAlerts(house, settings, publicUrl);
  opening.defer(() => alerts.stop());

  const automation = openAutomation(house, settings, publicUrl);
  opening.defer(() => automation.stop());

  const late = lateCut();
  const devices = openDevices(house, settings, late.cut);
  opening.defer(() => devices.stop());

  const judge = openJudge(house, late.cut);
  opening.defer(() => judge.settled());
  const eyes = await openEyes(house, settings, {
    pace: 'real',
    modelFolder: join(house.folder, 'models'),
    makeRoom: () => expiry.makeRoom(),
    onSighting: judge.see,
  });
  opening.defer(() => eyes.stop());
  late.begin(eyes.recorder);
  const arming = startArming(house, late.cut);
  opening.defer(() => arming.stop());
  const stale = repeat(
    house,
    { everyMs: staleEveryMs, failed: 'Old incidents could not be ended' },
    async () => {
      await endStaleIncidents(house);
    },
  );
  opening.defer(() => stale.stop());
  const withered = repeat(
    house,
    { everyMs: invitationsEveryMs, failed: 'Expired invitations could not be removed' },
    async () => {
      await records.invitations.deleteExpired(clock.now());
    },
  );
  opening.defer(() => withered.stop());

  const setup = await openSetup(records);
  const people = await openPeople(house, settings, publicUrl);
  const letters = startLetters({
    ...house,
    mailer: people.mailer,
    openFootage: eyes.recorder.openFootage,
  });
  opening.defer(() => letters.stop());
  const http = createHttp(
    {
      ...house,
      ...people,
      openFootage: eyes.recorder.openFootage,
      notifiers: alerts.notifiers,
      pushPublicKey: alerts.pushPublicKey,
      setup,
      cameraPolicy: cameraPolicyOf(settings),
      deviceLinks: devices.deviceLinks,
      deviceTopics: devices.deviceTopics,
      cutRecording: late.cut,
    },
    {
      publicUrl,
      version,
      signUpOpen: settings.VEDETTE_SIGN_UP === 'open',
      providersOf: settings.VEDETTE_PROVIDERS,
      topics: topicsOf(settings),
      pagesFolder: pagesFolder(),
    },
  );
  opening.defer(() => http.stop());
  const server = await listen(http, {
    host: settings.VEDETTE_HOST,
    port: settings.VEDETTE_PORT,
    trustedProxies: settings.VEDETTE_TRUSTED_PROXIES,
  });
  opening.defer(() => server.stop());

  // One host for all links, because a session belongs to one; a port that was chosen just now is known only here.
  const shownUrl = settings.VEDETTE_PORT === 0 ? server.url : publicUrl;
  const running = opening.move();
  return {
    url: shownUrl,
    setupUrl: setup.token === null ? null : `${shownUrl}/setup?token=${setup.token}`,
    stop: () => running.disposeAsync(),
  };
}
