// Commands over MQTT: checked, limited, and carried out like a person's.

import {
  mayCommandByMqtt,
  readCommand,
  readSwitchCommand,
  type SwitchCommand,
} from '../../core/automation/command.ts';
import { switchByAutomation } from '../../core/automation/switch-device.ts';
import { type CommandPlace, commandFilters, placeOfCommand } from '../../core/automation/topics.ts';
import type { DeviceId, SiteId } from '../../core/brand.ts';
import { logSecurity } from '../../core/organization/security-log.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { Events } from '../../core/ports/events.ts';
import type { Log } from '../../core/ports/log.ts';
import type { Mqtt, MqttMessage } from '../../core/ports/mqtt.ts';
import type { Records } from '../../core/ports/records.ts';
import { armSite } from '../../core/site/arming.ts';
import type { Arming } from '../../core/site/site.ts';

/** Commands to one site in a minute, and to one device: each writes to a history. */
const maxPerMinute = 20;
/** Commands to sites that wait, and to devices: records that are slow must not fill the memory. */
const maxWaiting = { sites: 100, devices: 200 } as const;
const minuteMs = 60_000;

/** It would disarm again at every connection, and nobody knows of when it is. */
const refusedKept = 'A command that the MQTT broker keeps was refused';
const notKnown = 'A command over MQTT is none that is known';
const notAllowed = 'A command over MQTT was refused: the site does not allow it';

export interface CommandDeps {
  readonly mqtt: Mqtt;
  readonly records: Records;
  readonly clock: Clock;
  readonly events: Events;
  readonly log: Log;
}

/**
 * Obeys commands until it is stopped; stopping waits for those that are under way. One that the broker keeps, or is to
 * keep, is never obeyed: `kept` is told of it.
 */
export function startCommands(
  deps: CommandDeps,
  { prefix }: { prefix: string },
  kept: (message: MqttMessage) => void,
): { stop(): Promise<void> } {
  const { mqtt, clock, log } = deps;
  const complain = oncePerMinute(deps);
  const allowed = perMinute(clock);
  const waiting = { sites: 0, devices: 0 };
  /** One after the other: of two commands the later one counts. */
  let working: Promise<void> = Promise.resolve();

  function take(message: MqttMessage): void {
    const place = placeOfCommand(prefix, message.topic);
    // An empty message only takes a kept one away.
    if (place === null || message.payload.length === 0) return;
    const { siteId } = place;
    const job = message.retain ? null : jobOf(deps, complain, place, message.payload);
    if (message.retain) kept(message);
    if (job === null) {
      complain(message.retain ? refusedKept : notKnown, { siteId });
      return;
    }
    const kind = place.deviceId === null ? 'sites' : 'devices';
    if (!allowed(place.deviceId ?? siteId) || waiting[kind] >= maxWaiting[kind]) {
      complain('Commands over MQTT come too often and are refused', { siteId });
      return;
    }
    waiting[kind] += 1;
    working = working
      .then(job)
      .catch((error: unknown) => log.error('A command over MQTT could not be carried out', { siteId, error }))
      .finally(() => {
        waiting[kind] -= 1;
      });
  }

  const leave = commandFilters(prefix).map((filter) => mqtt.subscribe(filter, take, { tellsKept: true }));
  return {
    stop() {
      for (const stop of leave) stop();
      return working;
    },
  };
}

/** What is to be done for a command; null where it is none. */
function jobOf(
  deps: CommandDeps,
  complain: Complain,
  place: CommandPlace,
  payload: Uint8Array,
): (() => Promise<void>) | null {
  const { deviceId } = place;
  if (deviceId === null) {
    const arming = readCommand(payload);
    return arming === null ? null : () => arm(deps, complain, { ...place, arming });
  }
  const command = readSwitchCommand(payload);
  return command === null ? null : () => turn(deps, complain, { ...place, deviceId }, command);
}

async function arm(
  deps: CommandDeps,
  complain: Complain,
  { organizationId, siteId, arming }: CommandPlace & { readonly arming: Arming },
): Promise<void> {
  const site = await deps.records.sites.find(siteId);
  if (site === null || site.organizationId !== organizationId) {
    return complain('A command over MQTT is for a site that does not exist', { siteId });
  }
  if (!mayCommandByMqtt(site)) return complain(notAllowed, { siteId });
  const scope = { organizationId, reach: 'every-site' } as const;
  const { before } = await armSite(deps, scope, { siteId, arming, by: { kind: 'mqtt' } });
  if (before === arming) return;
  logSecurity(deps.log, 'arming-changed', { organizationId, siteId, arming, before, by: 'mqtt' });
}

const refusals = {
  unknown: 'A command over MQTT is for a device that does not exist',
  'not-allowed': notAllowed,
  'off-duty': 'A command over MQTT was refused: the device is off duty',
} as const;

async function turn(
  deps: CommandDeps,
  complain: Complain,
  place: CommandPlace & { readonly deviceId: DeviceId },
  command: SwitchCommand,
): Promise<void> {
  const result = await switchByAutomation(deps, place, command);
  if (result === 'same') return;
  if (result !== 'switched') return complain(refusals[result], { siteId: place.siteId });
  logSecurity(deps.log, 'device-switched', { ...place, turn: command.turn, by: 'mqtt' });
}

type Complain = (sentence: string, fields: { siteId: SiteId }) => void;

/** Writes a sentence once a minute, with how often it would have been written meanwhile. */
function oncePerMinute({ clock, log }: Pick<CommandDeps, 'clock' | 'log'>): Complain {
  const told = new Map<string, { atMs: number; unsaid: number }>();
  return (sentence, fields) => {
    const last = told.get(sentence);
    if (last !== undefined && clock.monotonicMs() - last.atMs < minuteMs) {
      last.unsaid += 1;
      return;
    }
    told.set(sentence, { atMs: clock.monotonicMs(), unsaid: 0 });
    log.warn(sentence, last === undefined || last.unsaid === 0 ? fields : { ...fields, unsaid: last.unsaid });
  };
}

/** Whether one more command of this site, or this device, is taken. */
function perMinute(clock: Clock): (id: SiteId | DeviceId) => boolean {
  let sinceMs = clock.monotonicMs();
  const counts = new Map<string, number>();
  return (id) => {
    if (clock.monotonicMs() - sinceMs >= minuteMs) {
      sinceMs = clock.monotonicMs();
      counts.clear();
    }
    // Beyond what there can be, they do not exist: names cost the sender nothing.
    if (counts.size >= 10_000 && !counts.has(id)) return false;
    const count = (counts.get(id) ?? 0) + 1;
    counts.set(id, count);
    return count <= maxPerMinute;
  };
}
