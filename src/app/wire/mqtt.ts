// MQTT in this process: the connection to the broker, and home automation over it.

import { readFile } from 'node:fs/promises';
import { openMqtt } from '../../adapters/mqtt/mqtt.ts';
import type { AutomationSettings } from '../../core/automation/state.ts';
import { statusTopic } from '../../core/automation/topics.ts';
import { VedetteError } from '../../core/errors.ts';
import type { Running } from '../../core/leader.ts';
import { readMqttBroker } from '../../core/mqtt-broker.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { Log } from '../../core/ports/log.ts';
import type { Mqtt } from '../../core/ports/mqtt.ts';
import { startAutomation } from '../../workers/automation/automation.ts';
import { version } from '../package.ts';
import type { Settings } from '../settings.ts';
import type { House } from './house.ts';

/** A house and its broker, over which devices and home automation talk; null where none is set. */
export type HouseWithBroker = House & { readonly mqtt: Mqtt | null; readonly isDeaf?: () => boolean };

/** Begins to connect to the broker; null where none is set. Errors: `settings-invalid` (the file of certificates). */
export async function openBroker(settings: Settings, house: House): Promise<Mqtt | null> {
  // Where several processes are connected, only the one that speaks for all leaves word of its end.
  return connect(settings, house, { leavesWord: house.shared === null });
}

/**
 * Begins `work` on the connection that speaks for the installation: the only one, or one of its own, which is closed with
 * the work, also where that cannot begin or end.
 */
export async function withBroker<Part extends Pick<HouseWithBroker, 'mqtt' | 'shared' | 'clock' | 'log'>>(
  house: Part,
  settings: Settings,
  work: (house: Part) => Running | Promise<Running>,
): Promise<Running> {
  if (house.shared === null) return work(house);
  await using opening = new AsyncDisposableStack();
  const mqtt = await connect(settings, house, { leavesWord: true });
  opening.defer(() => mqtt?.close());
  const begun = await work({ ...house, mqtt });
  opening.defer(() => begun.stop());
  const running = opening.move();
  return { stop: () => running.disposeAsync() };
}

async function connect(
  settings: Settings,
  deps: { clock: Clock; log: Log },
  { leavesWord }: { leavesWord: boolean },
): Promise<Mqtt | null> {
  const url = settings.VEDETTE_MQTT_URL;
  const broker = url === undefined ? null : readMqttBroker(url.reveal());
  if (broker === null || 'fault' in broker) return null;
  return openMqtt({
    ...deps,
    broker,
    certificates: await certificatesOf(settings),
    will: leavesWord
      ? {
          topic: statusTopic(settings.VEDETTE_MQTT_PREFIX),
          payload: new TextEncoder().encode('offline'),
        }
      : null,
  });
}

/** Begins to tell the broker what there is, and to hear commands; does nothing where there is no broker. */
export function openAutomation(
  house: HouseWithBroker,
  settings: Settings,
  publicUrl: string,
): { stop(): Promise<void> } {
  const { mqtt } = house;
  if (mqtt === null) return { stop: async () => {} };
  return startAutomation({ ...house, mqtt }, { ...topicsOf(settings), publicUrl, version });
}

/** Where what is said lies, and what is. */
export function topicsOf(settings: Settings): Omit<AutomationSettings, 'publicUrl' | 'version'> {
  const discovery = settings.VEDETTE_MQTT_DISCOVERY_PREFIX;
  return {
    prefix: settings.VEDETTE_MQTT_PREFIX,
    discoveryPrefix: discovery === 'off' ? null : discovery,
    snapshots: settings.VEDETTE_MQTT_SNAPSHOTS,
  };
}

/** PEM of who signed the broker's certificate; null trusts who the system trusts. Errors: `settings-invalid`. */
export async function certificatesOf({ VEDETTE_MQTT_CA: path }: Settings): Promise<string | null> {
  if (path === undefined) return null;
  const problem = (sentence: string, cause?: unknown) =>
    new VedetteError('settings-invalid', `A setting is wrong. VEDETTE_MQTT_CA ${sentence}`, {
      cause,
      fields: { VEDETTE_MQTT_CA: `VEDETTE_MQTT_CA ${sentence}` },
    });
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw problem(`names a file that cannot be read: ${path}.`, cause);
  });
  if (!text.includes('-----BEGIN CERTIFICATE-----')) {
    throw problem(`names a file without a certificate (PEM): ${path}.`);
  }
  return text;
}
