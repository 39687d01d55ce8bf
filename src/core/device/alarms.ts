// Alarms of an incident: which devices begin, when they end, and what people switch by hand. All in the caller's
// transaction, with the commands and the timers of their ends in the outbox.

import { type AlarmId, branded, type EpochMs, type IncidentId, type SiteId } from '../brand.ts';
import { newId } from '../identifiers.ts';
import type { Incident, Severity } from '../incident/incident.ts';
import { severities } from '../incident/incident.ts';
import type { Clock } from '../ports/clock.ts';
import type { Tables } from '../ports/records.ts';
import { armingInForce } from '../site/site.ts';
import { type Alarm, type CommandMessage, commandsTopic, type Turn } from './alarm.ts';
import { type Actuator, isActuator } from './device.ts';

/** What was seen longer ago wakes nobody any more: the siren is for who is there now. In ms. */
const freshMs = 120_000;

interface Deps {
  readonly tx: Tables;
  readonly clock: Clock;
}

/**
 * Switches on the sirens and lights that an incident asks for, as serious as it is now; those that it switched before it
 * leaves alone. Nothing happens for what comes late, or where the site is disarmed by now. What waited for an entry
 * became an alarm at `alarmAt`, however long before somebody was seen.
 */
export async function beginAlarms(
  { tx, clock }: Deps,
  incident: Incident,
  alarmAt: EpochMs = incident.lastSeenAt,
): Promise<void> {
  const now = clock.now();
  if (incident.state === 'resolved' || now - Math.max(alarmAt, incident.lastSeenAt) > freshMs) return;
  const devices = (await tx.devices.ofSite(incident.siteId)).filter(isActuator);
  if (devices.length === 0) return;
  const site = await tx.sites.find(incident.siteId);
  const arming = site === null ? 'disarmed' : armingInForce(site, now);
  if (arming === 'disarmed') return;
  const known = new Set((await tx.alarms.ofIncident(incident.id)).map(({ deviceId }) => deviceId));
  for (const device of devices) {
    if (known.has(device.id) || !device.enabled || !device.armings.includes(arming)) continue;
    if (isAtLeast(incident.severity, device.minimumSeverity)) await sound({ tx, clock }, device, incident.id);
  }
}

/** Switches a device on, for its time; `incidentId` is null for a test, or home automation, of `seconds`. */
export async function sound(
  { tx, clock }: Deps,
  device: Actuator,
  incidentId: IncidentId | null,
  { seconds = device.durationSeconds, command = true }: { seconds?: number; command?: boolean } = {},
): Promise<Alarm> {
  const now = clock.now();
  const known =
    incidentId === null
      ? undefined
      : (await tx.alarms.ofIncident(incidentId)).find(({ deviceId }) => deviceId === device.id);
  const alarm: Alarm = {
    id: known?.id ?? newId<AlarmId>(clock),
    organizationId: device.organizationId,
    siteId: device.siteId,
    deviceId: device.id,
    incidentId,
    wanted: 'on',
    sequence: (known?.sequence ?? 0) + 1,
    state: 'waiting',
    offAt: branded<EpochMs>(now + seconds * 1000),
    changedAt: now,
    problem: null,
  };
  if (known === undefined) await tx.alarms.insert(alarm);
  else {
    await tx.alarms.update(alarm, known.sequence);
    await tx.outbox.remove([messageId(known, 'off')]);
  }
  if (command) await addCommand(tx, alarm, 'on');
  await addCommand(tx, alarm, 'off', alarm.offAt);
  return alarm;
}

/** What an end needs of the clock. */
interface EndDeps {
  readonly tx: Tables;
  readonly clock: Pick<Clock, 'now'>;
}

/** Has an alarm end; false where it is ended already. */
export async function silence({ tx, clock }: EndDeps, alarm: Alarm): Promise<boolean> {
  if (alarm.wanted === 'off') return false;
  const after: Alarm = {
    ...alarm,
    wanted: 'off',
    sequence: alarm.sequence + 1,
    state: 'waiting',
    changedAt: clock.now(),
    problem: null,
  };
  if (!(await tx.alarms.update(after, alarm.sequence))) return false;
  await tx.outbox.remove([messageId(alarm, 'off')]);
  await addCommand(tx, after, 'off');
  return true;
}

/** Ends every alarm of an incident that was dealt with. */
export async function endAlarmsOf(deps: EndDeps, incidentId: IncidentId): Promise<void> {
  for (const alarm of await deps.tx.alarms.ofIncident(incidentId)) await silence(deps, alarm);
}

/** Ends every alarm at a site that was disarmed. */
export async function endAlarmsAt(deps: EndDeps, siteId: SiteId): Promise<void> {
  for (const alarm of await deps.tx.alarms.wanted(siteId)) await silence(deps, alarm);
}

function isAtLeast(severity: Severity, minimum: Severity): boolean {
  return severities.indexOf(severity) >= severities.indexOf(minimum);
}

async function addCommand(tx: Tables, alarm: Alarm, turn: Turn, dueAt?: EpochMs): Promise<void> {
  const message: CommandMessage = { alarmId: alarm.id, sequence: alarm.sequence, turn };
  const id = messageId(alarm, turn);
  const payload = JSON.stringify(message);
  await tx.outbox.add({ topic: commandsTopic, key: alarm.deviceId, id, payload }, dueAt);
}

/**
 * Has a command given again later, as message `attempt` of its own: one that waits in the queue for its next try would
 * keep back whatever is wanted of the device next.
 */
export async function commandAgain(tx: Tables, alarm: Alarm, attempt: number, dueAt: EpochMs): Promise<void> {
  const { id: alarmId, sequence, wanted: turn } = alarm;
  const message: CommandMessage = { alarmId, sequence, turn, attempt };
  const id = `${messageId(alarm, turn)}/again/${attempt}`;
  await tx.outbox.add(
    { topic: commandsTopic, key: alarm.deviceId, id, payload: JSON.stringify(message) },
    dueAt,
  );
}

function messageId({ id, sequence }: Alarm, turn: Turn): string {
  return `device/${id}/${sequence}/${turn}`;
}
