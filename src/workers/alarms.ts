// The alarms worker: commands for sirens and lights, until they say that they do it; and their ends.

import { noteNews } from '../core/alert/news.ts';
import { backoffMs } from '../core/backoff.ts';
import { type AlarmId, branded, type EpochMs } from '../core/brand.ts';
import { type Alarm, type CommandMessage, commandId, commandsTopic } from '../core/device/alarm.ts';
import { commandAgain, silence } from '../core/device/alarms.ts';
import { type Device, isActuator, maxDurationSeconds } from '../core/device/device.ts';
import { targetOf } from '../core/device/devices.ts';
import type { Incident } from '../core/incident/incident.ts';
import type { Clock } from '../core/ports/clock.ts';
import type { CommandResult, DeviceLinks } from '../core/ports/device-link.ts';
import type { Events } from '../core/ports/events.ts';
import type { Log } from '../core/ports/log.ts';
import {
  patientWithStops,
  type ConsumeOptions,
  type Queue,
  type ReceivedMessage,
} from '../core/ports/queue.ts';
import type { Records, Tables } from '../core/ports/records.ts';
import { repeat } from '../core/repeat.ts';

export interface AlarmDeps {
  readonly queue: Queue;
  readonly records: Records;
  readonly deviceLinks: DeviceLinks;
  readonly clock: Clock;
  readonly events: Events;
  readonly log: Log;
}

/** How commands are given. */
export const commandLimits = {
  /** Devices at the same time: one that hangs must not hold up the others. */
  concurrency: 16,
  /** What is on must not stay on: switching off is tried for about three quarters of an hour. */
  maxAttempts: 60,
  toleratedStops: patientWithStops,
  backoff: { firstMs: 500, maxMs: 60_000 },
  /** Above what a link allows itself. */
  timeoutMs: 20_000,
} as const satisfies ConsumeOptions;

/** Switching on is given up sooner, about half a minute: a siren that begins later helps nobody. */
export const maxOnAttempts = 7;

/** An end whose timer was lost, or lies too far ahead since the clock was set back, is found this much late, in ms. */
const sweepEveryMs = 10_000;
/** A timer that is on its way is left to come, in ms. */
const lateMs = 5_000;

/**
 * Gives commands to devices until it is stopped. A command that was done, or is not wanted any more, is never given
 * again; a crash between giving it and writing that down gives it a second time under the same id.
 */
export function startAlarms(deps: AlarmDeps): { stop(): Promise<void> } {
  const { queue, clock, log } = deps;
  const options = { ...commandLimits, givenUp: (message: ReceivedMessage) => giveUp(deps, message) };
  const consumer = queue.consume(commandsTopic, options, (message, signal) => command(deps, message, signal));
  const sweep = repeat(
    { clock, log },
    { everyMs: sweepEveryMs, failed: 'Alarms could not be looked after' },
    () => endOverdue(deps),
  );
  return {
    async stop() {
      await Promise.all([sweep.stop(), consumer.stop()]);
    },
  };
}

/** One that cannot be ended keeps none of the others sounding. */
async function endOverdue(deps: AlarmDeps): Promise<void> {
  const { records, clock, log } = deps;
  const now = clock.now();
  for (const alarm of await records.alarms.wanted()) {
    const isLate = alarm.offAt + lateMs < now || alarm.offAt > now + maxDurationSeconds * 1000;
    if (!isLate) continue;
    await end(deps, alarm).catch((error: unknown) =>
      log.error('An alarm could not be ended', { alarmId: alarm.id, error }),
    );
  }
}

/** Its time is over. What never said that it is on has failed: nobody would hear of it, where its time is shorter than the tries. */
async function end({ records, clock }: AlarmDeps, alarm: Alarm): Promise<void> {
  const device = await records.devices.find(alarm.deviceId);
  await records.transaction(async (tx) => {
    if (!(await silence({ tx, clock }, alarm)) || alarm.state !== 'waiting' || alarm.problem === null) return;
    await tell({ tx, clock }, { ...alarm, state: 'failed' }, nameOf(device));
  });
}

/** Handles one message. What is to be tried again comes again in a message of its own. */
async function command(deps: AlarmDeps, message: ReceivedMessage, signal: AbortSignal): Promise<void> {
  const { records, log } = deps;
  const wanted = messageOf(message.payload);
  const alarm = wanted === null ? null : await records.alarms.find(wanted.alarmId);
  if (wanted === null || alarm === null) {
    log.error('A message on the queue speaks of no alarm; it is dropped.', { messageId: message.id });
    return;
  }
  if (wanted.sequence !== alarm.sequence) return;
  if (wanted.turn === 'off' && alarm.wanted === 'on') {
    await end(deps, alarm);
    return;
  }
  if (wanted.turn !== alarm.wanted || alarm.state !== 'waiting') return;
  // It goes off with the last who wants it on.
  if (alarm.wanted === 'off' && (await isWantedElsewhere(deps, alarm))) {
    await leaveOn(deps, alarm);
    return;
  }
  const device = await records.devices.find(alarm.deviceId);
  const result = await attempt(deps, alarm, device, signal);
  await settle(deps, alarm, device, result, wanted.attempt ?? 1);
}

/** A command whose last attempt ended without a word has failed. */
async function giveUp(deps: AlarmDeps, { payload }: ReceivedMessage): Promise<void> {
  const wanted = messageOf(payload);
  const alarm = wanted === null ? null : await deps.records.alarms.find(wanted.alarmId);
  if (wanted === null || alarm === null || wanted.sequence !== alarm.sequence) return;
  if (wanted.turn !== alarm.wanted || alarm.state !== 'waiting') return;
  const device = await deps.records.devices.find(alarm.deviceId);
  const reason = 'Vedette was stopped, or took too long, while it gave the command.';
  await settle(deps, alarm, device, failed(false, reason), commandLimits.maxAttempts);
}

/** Commands once. Never throws: whatever goes wrong is the result of this attempt. */
async function attempt(
  deps: AlarmDeps,
  alarm: Alarm,
  device: Device | null,
  signal: AbortSignal,
): Promise<CommandResult> {
  if (device === null || !isActuator(device)) return failed(false, 'The device was removed.');
  try {
    const target = await targetOf(deps, device);
    if (target === null) return failed(false, 'The device cannot be reached any more. Add it anew.');
    return await deps.deviceLinks[target.via].send(
      {
        id: commandId(alarm),
        deviceId: device.id,
        deviceName: device.name,
        turn: alarm.wanted,
        durationSeconds: Math.max(1, Math.ceil((alarm.offAt - deps.clock.now()) / 1000)),
        incidentId: alarm.incidentId,
        test: false,
      },
      target,
      signal,
    );
  } catch (error) {
    deps.log.error('A device could not be commanded.', { deviceId: device.id, error });
    return failed(true, 'Something went wrong on our side. The log has the details.');
  }
}

async function isWantedElsewhere({ records }: AlarmDeps, alarm: Alarm): Promise<boolean> {
  const wanted = await records.alarms.wanted(alarm.siteId);
  return wanted.some(({ id, deviceId }) => id !== alarm.id && deviceId === alarm.deviceId);
}

/** The device is told nothing, so that it said nothing: only this incident is done with it. */
async function leaveOn({ records, clock, events }: AlarmDeps, alarm: Alarm): Promise<void> {
  const { organizationId, siteId, incidentId } = alarm;
  const device = await records.devices.find(alarm.deviceId);
  const after: Alarm = { ...alarm, state: 'off', problem: null, changedAt: clock.now() };
  await records.transaction(async (tx) => {
    if (!(await tx.alarms.update(after, alarm.sequence))) return;
    const detail = `${nameOf(device)} is not switched off yet: something else wants it on.`;
    await addStep({ tx, clock }, after, detail);
  });
  if (incidentId !== null) events.publish({ type: 'incident-changed', organizationId, incidentId, siteId });
  events.publish({ type: 'site-changed', organizationId, siteId });
}

/** Writes down what came of the attempt, and when another one follows. */
async function settle(
  deps: AlarmDeps,
  alarm: Alarm,
  device: Device | null,
  result: CommandResult,
  attempt: number,
): Promise<void> {
  const { records, clock, log, events } = deps;
  const name = nameOf(device);
  const most = alarm.wanted === 'on' ? maxOnAttempts : commandLimits.maxAttempts;
  const isLast = result.outcome === 'failed' && (!result.retry || attempt >= most);
  const problem = result.outcome === 'failed' ? result.reason : null;
  const done = alarm.wanted === 'on' ? 'acknowledged' : 'off';
  const state = result.outcome === 'acknowledged' ? done : isLast ? 'failed' : 'waiting';
  const after: Alarm = { ...alarm, state, problem, changedAt: clock.now() };
  const changed = await records.transaction(async (tx) => {
    // What is wanted changed meanwhile: that has its own command.
    if (!(await tx.alarms.update(after, alarm.sequence))) return false;
    if (state !== 'waiting') await tell({ tx, clock }, after, name);
    else await commandAgain(tx, after, attempt + 1, againAt(clock, attempt));
    return true;
  });
  const { organizationId, siteId, incidentId } = alarm;
  if (result.outcome === 'acknowledged' && device !== null)
    await records.devices.seen(device.id, clock.now());
  if (incidentId !== null) events.publish({ type: 'incident-changed', organizationId, incidentId, siteId });
  events.publish({ type: 'site-changed', organizationId, siteId });
  if (!changed || state === done) return;
  const fields = { alarmId: alarm.id, deviceId: alarm.deviceId, turn: alarm.wanted, problem };
  if (isLast) log.warn('A device does not do what it was told.', fields);
  else log.warn('A device did not do what it was told; it is told again.', { ...fields, attempt });
}

/** When an attempt follows the one that failed now. */
function againAt(clock: Clock, attempt: number): EpochMs {
  return branded<EpochMs>(clock.now() + backoffMs(commandLimits.backoff, attempt, Math.random));
}

/** The history of the incident says what the device did; that it did not is news. */
async function tell(deps: { tx: Tables; clock: Clock }, alarm: Alarm, name: string): Promise<void> {
  const { wanted, state, problem } = alarm;
  const detail =
    state === 'failed' ? `${name} could not be switched ${wanted}: ${problem}` : `${name} is ${wanted}.`;
  const incident = await addStep(deps, alarm, detail);
  if (incident !== null && state === 'failed') await noteNews(deps, incident);
}

/** Null where the alarm belongs to no incident. */
async function addStep(
  { tx, clock }: { tx: Tables; clock: Clock },
  { incidentId }: Alarm,
  detail: string,
): Promise<Incident | null> {
  const incident = incidentId === null ? null : await tx.incidents.find(incidentId);
  if (incident === null) return null;
  const step = { incidentId: incident.id, at: clock.now(), memberId: null, detail };
  await tx.incidents.addStep({ ...step, action: 'device' });
  return incident;
}

function nameOf(device: Device | null): string {
  return device?.name ?? 'A removed device';
}

function messageOf(payload: string): CommandMessage | null {
  try {
    const message: unknown = JSON.parse(payload);
    if (typeof message !== 'object' || message === null) return null;
    if (!('alarmId' in message) || !('sequence' in message) || !('turn' in message)) return null;
    const { alarmId, sequence, turn } = message;
    if (typeof alarmId !== 'string' || typeof sequence !== 'number') return null;
    if (turn !== 'on' && turn !== 'off') return null;
    const attempt = 'attempt' in message && Number.isInteger(message.attempt) ? Number(message.attempt) : 1;
    return { alarmId: branded<AlarmId>(alarmId), sequence, turn, attempt };
  } catch {
    return null;
  }
}

function failed(retry: boolean, reason: string): CommandResult {
  return { outcome: 'failed', retry, reason };
}
