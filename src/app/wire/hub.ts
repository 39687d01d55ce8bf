// The hub: people, incidents, alerts and pages around a house and its eyes.

import { join } from 'node:path';
import { betterAuthIdentity } from '../../adapters/better-auth/identity.ts';
import { smtpNotifier } from '../../adapters/smtp/notifier.ts';
import { webhookNotifier } from '../../adapters/webhook/notifier.ts';
import type { Sighting } from '../../core/detection/detection.ts';
import { endStaleIncidents } from '../../core/incident/end-stale-incidents.ts';
import { handleSighting } from '../../core/incident/handle-sighting.ts';
import type { Log } from '../../core/ports/log.ts';
import { secret } from '../../core/secret.ts';
import { createHttp } from '../../http/app.ts';
import { listen } from '../../http/server.ts';
import { startDelivery } from '../../workers/deliver.ts';
import { startExpiry } from '../../workers/expire.ts';
import { startRelay } from '../../workers/relay.ts';
import { pagesFolder, version } from '../package.ts';
import { repeat } from '../repeat.ts';
import { retentionOf } from '../retention.ts';
import type { Settings } from '../settings.ts';
import { openSetup } from '../setup.ts';
import { openEyes } from './eyes.ts';
import { openHouse } from './house.ts';

const bytesPerGigabyte = 1e9;
/** An incident whose camera died is ended at most this much late. */
const staleEveryMs = 60_000;

export interface Hub {
  /** Where the pages are. */
  readonly url: string;
  /** Opens the making of the first administrator; null where there is one. */
  readonly setupUrl: string | null;
  stop(): Promise<void>;
}

/** Starts everything in this process, in the order in which it is needed. */
export async function openHub(settings: Settings, log: Log): Promise<Hub> {
  await using opening = new AsyncDisposableStack();
  const house = opening.use(await openHouse(settings, log));
  const { records, keys, clock, events } = house;
  const publicUrl = settings.VEDETTE_PUBLIC_URL ?? `http://localhost:${settings.VEDETTE_PORT}`;

  const expiry = startExpiry(house, {
    ...retentionOf(settings),
    quotaBytes: settings.VEDETTE_QUOTA_GB === 0 ? null : settings.VEDETTE_QUOTA_GB * bytesPerGigabyte,
    reserveBytes: settings.VEDETTE_RESERVE_GB * bytesPerGigabyte,
  });
  opening.defer(() => expiry.stop());

  const eyes = await openEyes(house, settings, {
    pace: 'real',
    modelFolder: join(house.folder, 'models'),
    makeRoom: () => expiry.makeRoom(),
    onSighting: (sighting) => void judge(sighting),
  });
  opening.defer(() => eyes.stop());
  async function judge(sighting: Sighting): Promise<void> {
    try {
      const { cutCameras } = await handleSighting(house, sighting);
      for (const cameraId of cutCameras) eyes.recorder.cut(cameraId);
    } catch (error) {
      log.error('A sighting could not be judged', { error, cameraId: sighting.cameraId });
    }
  }
  const stale = repeat(clock, staleEveryMs, async () => {
    await endStaleIncidents(house).catch((error: unknown) =>
      log.error('Old incidents could not be ended', { error }),
    );
  });
  opening.defer(() => stale.stop());

  const notifiers = {
    email: smtpNotifier({ url: settings.VEDETTE_SMTP_URL ?? null, from: settings.VEDETTE_MAIL_FROM, log }),
    webhook: webhookNotifier({ allowPrivateAddresses: settings.VEDETTE_ALLOW_PRIVATE_WEBHOOKS, log }),
  };
  const relay = startRelay(house);
  opening.defer(() => relay.stop());
  const delivery = startDelivery({ ...house, notifiers }, { publicUrl });
  opening.defer(() => delivery.stop());

  const setup = await openSetup(records);
  const identity = await betterAuthIdentity({
    database: house.database.kysely,
    baseUrl: publicUrl,
    // Deterministic by RFC 8032, so sessions outlive a restart, and only who has the key file can make it.
    secret: secret((await keys.sign(new TextEncoder().encode('vedette session secret'))).toHex()),
    log,
    clock,
  });
  const http = createHttp(
    { ...house, identity, openFootage: eyes.recorder.openFootage, notifiers, setup },
    { publicUrl, version, pagesFolder: pagesFolder() },
  );
  opening.defer(() => http.stop());
  const server = await listen(http, { host: settings.VEDETTE_HOST, port: settings.VEDETTE_PORT });
  opening.defer(() => server.stop());

  events.subscribe((event) => {
    if (event.type === 'incident-changed') log.debug('Incident changed', { incidentId: event.incidentId });
  });
  const running = opening.move();
  return {
    url: server.url,
    setupUrl: setup.token === null ? null : `${server.url}/setup?token=${setup.token}`,
    stop: () => running.disposeAsync(),
  };
}
