// The part of the server that tells people, by itself.

import { openAlerts, openCouriers } from '../src/app/wire/alerts.ts';
import type { House } from '../src/app/wire/house.ts';
import type { Settings } from '../src/app/settings.ts';
import { startRelay } from '../src/workers/relay.ts';

/** Hands every alert of the outbox to its channel until it is stopped. */
export function startTelling(house: House, settings: Settings): { stop(): Promise<void> } {
  const publicUrl = 'http://localhost:8080';
  const withoutBroker = { ...house, mqtt: null };
  const relay = startRelay(house);
  const alerts = openAlerts(withoutBroker, openCouriers(withoutBroker, settings, publicUrl), publicUrl);
  return {
    async stop() {
      await relay.stop();
      await alerts.stop();
    },
  };
}
