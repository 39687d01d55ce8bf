// The delivery worker: takes alerts off the queue and hands each to its channel, once.

import type { Alert } from '../core/alert/alert.ts';
import { findTarget, readAddressee } from '../core/alert/audience.ts';
import { composeAlert } from '../core/alert/compose.ts';
import { hurryEscalation } from '../core/alert/escalation.ts';
import { fallThrough, reasonToSkip } from '../core/alert/fall-through.ts';
import { newsSince } from '../core/alert/news.ts';
import { alertsTopic, lastTold } from '../core/alert/tell.ts';
import { type AlertId, branded } from '../core/brand.ts';
import type { Device } from '../core/device/device.ts';
import { VedetteError } from '../core/errors.ts';
import type { Incident } from '../core/incident/incident.ts';
import { readSnapshot } from '../core/incident/snapshot.ts';
import type { Blobs } from '../core/ports/blobs.ts';
import type { Clock } from '../core/ports/clock.ts';
import type { Events } from '../core/ports/events.ts';
import type { Keys } from '../core/ports/keys.ts';
import type { Log } from '../core/ports/log.ts';
import type { Notifiers, NotifyResult, OutgoingAlert } from '../core/ports/notifier.ts';
import {
  patientWithStops,
  type ConsumeOptions,
  type Queue,
  type ReceivedMessage,
} from '../core/ports/queue.ts';
import type { Records, Tables } from '../core/ports/records.ts';
import type { CameraPlace } from '../core/site/camera.ts';

export interface DeliveryDeps {
  readonly queue: Queue;
  readonly records: Records;
  readonly blobs: Blobs;
  readonly keys: Keys;
  readonly notifiers: Notifiers;
  readonly clock: Clock;
  readonly log: Log;
  readonly events: Events;
  /** Told what came of each attempt. */
  readonly onAttempt?: (alert: Pick<Alert, 'kind' | 'createdAt'>, outcome: AttemptOutcome) => void;
}

/** Taken by its provider, to be tried again, failed for good, or needless by now. */
export type AttemptOutcome = 'handed-over' | 'tried-again' | 'failed' | 'skipped';

/** How alerts are delivered. */
export const deliveryLimits = {
  /** Alerts under way at the same time: a few receivers that hang must not hold up the others. */
  concurrency: 16,
  /** With the back-off below about half an hour to three quarters: outlives a restarting router or mail server. */
  maxAttempts: 16,
  toleratedStops: patientWithStops,
  backoff: { firstMs: 1_000, maxMs: 300_000 },
  /** Above what any notifier allows itself, so that it can say in its own words what was slow. */
  timeoutMs: 60_000,
} as const satisfies ConsumeOptions;

/**
 * Delivers alerts until it is stopped. An alert that was delivered, skipped or has failed for good is never sent again,
 * however often its message comes; a crash between sending and writing that down sends it a second time under
 * the same idempotency key. `publicUrl` is where people reach this server.
 */
export function startDelivery(
  deps: DeliveryDeps,
  { publicUrl }: { publicUrl: string },
): { stop(): Promise<void> } {
  const options = { ...deliveryLimits, givenUp: (message: ReceivedMessage) => giveUp(deps, message) };
  const consumer = deps.queue.consume(alertsTopic, options, (message, signal) =>
    deliver(deps, publicUrl, message, signal),
  );
  return { stop: () => consumer.stop() };
}

/** An alert whose last attempt ended without a word has failed: the next channel is tried. */
async function giveUp(deps: DeliveryDeps, message: ReceivedMessage): Promise<void> {
  const alertId = alertIdOf(message.payload);
  const alert = alertId === null ? null : await deps.records.alerts.find(alertId);
  if (alert?.state !== 'waiting') return;
  const reason = 'Vedette was stopped, or took too long, while it was sent: it may have arrived.';
  await settle(deps, alert, failed(false, reason), message.attempt);
}

/** What came of an attempt: what the notifier says, or why none was made. */
type Outcome = NotifyResult | { readonly outcome: 'skipped'; readonly reason: string };

/** Handles one message: resolves when its alert needs nothing more, throws to have it tried again. */
async function deliver(
  deps: DeliveryDeps,
  publicUrl: string,
  message: ReceivedMessage,
  signal: AbortSignal,
): Promise<void> {
  const { records, log } = deps;
  const alertId = alertIdOf(message.payload);
  const alert = alertId === null ? null : await records.alerts.find(alertId);
  if (alert === null) {
    log.error('A message on the queue speaks of no alert; it is dropped.', { messageId: message.id });
    return;
  }
  if (alert.state !== 'waiting') return;
  const result = await attempt(deps, publicUrl, alert, signal);
  await settle(deps, alert, result, message.attempt);
}

/** Sends once. Never throws: whatever goes wrong is the result of this attempt. */
async function attempt(
  deps: DeliveryDeps,
  publicUrl: string,
  alert: Alert,
  signal: AbortSignal,
): Promise<Outcome> {
  try {
    const { records } = deps;
    const incident = await records.incidents.find(alert.incidentId);
    if (incident === null) return failed(false, 'The incident is gone.');
    const alerts = await records.alerts.ofIncident(incident.id);
    const reason = reasonToSkip(alert, incident, alerts);
    if (reason !== null) return { outcome: 'skipped', reason };
    const target = await findTarget(records, alert);
    if (target === null) return failed(false, 'The channel was removed.');
    const outgoing = await compose(deps, publicUrl, { alert, incident, alerts });
    if (outgoing === null) return failed(false, 'The incident is gone.');
    return await deps.notifiers[target.kind].send(outgoing, target, signal);
  } catch (error) {
    // The details are for the log only, and the line that tells of the failure cannot carry them.
    deps.log.error('An alert could not be prepared.', { alertId: alert.id, error });
    return failed(true, 'Something went wrong on our side. The log has the details.');
  }
}

/** Writes down what came of the attempt; throws where another one should follow. */
async function settle(deps: DeliveryDeps, alert: Alert, result: Outcome, attempt: number): Promise<void> {
  const { records, clock, log } = deps;
  const { id } = alert;
  const attempts = alert.attempts + 1;
  if (result.outcome === 'handed-over') {
    const handedOverAt = clock.now();
    await records.alerts.update(id, { state: 'delivered', attempts, handedOverAt, problem: null });
    log.info('An alert was handed over.', { alertId: id, attempts });
    deps.onAttempt?.(alert, 'handed-over');
    return announce(deps, alert);
  }
  if (result.outcome === 'skipped') {
    await records.alerts.update(id, { state: 'skipped', problem: result.reason });
    deps.onAttempt?.(alert, 'skipped');
    return announce(deps, alert);
  }
  const problem = result.reason;
  const isLast = !result.retry || attempt >= deliveryLimits.maxAttempts;
  if (isLast) await fail(deps, alert, { attempts, problem, isGone: result.gone === true });
  else await records.alerts.update(id, { attempts, problem });
  deps.onAttempt?.(alert, isLast ? 'failed' : 'tried-again');
  await announce(deps, alert);
  // One line a failure: the queue tells of what it is going to try again.
  if (!isLast) throw new VedetteError('channel-failed', `Alert ${id} was not handed over: ${problem}`);
  log.warn('An alert failed for good.', { alertId: id, attempts, problem });
}

/** Writes down that an alert failed, and has the person's next channel tried, in one step: no crash parts the two. */
async function fail(
  { records, clock }: DeliveryDeps,
  alert: Alert,
  { attempts, problem, isGone }: { attempts: number; problem: string; isGone: boolean },
): Promise<void> {
  await records.transaction(async (tx) => {
    await tx.alerts.update(alert.id, { state: 'failed', attempts, problem });
    if (isGone && alert.kind === 'push') await tx.pushSubscriptions.delete(alert.channelId);
    await tryNext({ tx, clock }, alert);
  });
}

async function tryNext(deps: { tx: Tables; clock: Clock }, alert: Alert): Promise<void> {
  const { tx } = deps;
  if (alert.memberId === null) return;
  const [incident, member] = await Promise.all([
    tx.incidents.find(alert.incidentId),
    tx.members.find(alert.memberId),
  ]);
  if (incident === null || member === null) return;
  const person = await readAddressee(tx, member);
  const isTried = await fallThrough(deps, incident, person, { ...alert, isLate: false });
  if (!isTried) await hurryEscalation(deps, incident, alert.occasion);
}

async function compose(
  deps: DeliveryDeps,
  publicUrl: string,
  { alert, incident, alerts }: { alert: Alert; incident: Incident; alerts: readonly Alert[] },
): Promise<OutgoingAlert | null> {
  const { records } = deps;
  const site = await records.sites.find(incident.siteId);
  if (site === null) return null;
  const found = await Promise.all(incident.cameraIds.map((id) => records.cameras.place(id)));
  const cameras = found.filter((camera): camera is CameraPlace => camera !== null);
  const felt = await Promise.all(incident.sensorIds.map((id) => records.devices.find(id)));
  const sensors = felt.filter((sensor): sensor is Device => sensor !== null);
  const snapshot = await snapshotOf(deps, incident);
  const news = await newsFor(records, alert, alerts);
  return composeAlert({ alert, incident, site, cameras, sensors, snapshot, news, publicUrl });
}

/** What has happened since whoever is told now was told before. */
async function newsFor(
  { incidents }: Records,
  alert: Alert,
  alerts: readonly Alert[],
): Promise<readonly string[]> {
  const isSame = (each: Alert) =>
    each.occasion !== alert.occasion &&
    each.createdAt < alert.createdAt &&
    (alert.memberId === null ? each.channelId === alert.channelId : each.memberId === alert.memberId);
  const last = lastTold(alerts, isSame);
  return last === null ? [] : newsSince(await incidents.steps(alert.incidentId), last);
}

/** The picture; null where there is none: an alert without it is better than none. */
async function snapshotOf(deps: DeliveryDeps, incident: Incident): Promise<Uint8Array | null> {
  if (incident.snapshotId === null) return null;
  try {
    return await readSnapshot(deps, incident);
  } catch {
    // A better picture may have replaced it since the incident was read.
    const current = await deps.records.incidents.find(incident.id);
    return readSnapshot(deps, current ?? incident).catch((error: unknown) => {
      deps.log.warn('An alert goes out without its picture.', { incidentId: incident.id, error });
      return null;
    });
  }
}

async function announce({ records, events }: DeliveryDeps, alert: Alert): Promise<void> {
  const incident = await records.incidents.find(alert.incidentId);
  if (incident === null) return;
  const { organizationId, siteId } = incident;
  events.publish({ type: 'incident-changed', organizationId, incidentId: incident.id, siteId });
}

function alertIdOf(payload: string): AlertId | null {
  try {
    const message: unknown = JSON.parse(payload);
    if (typeof message !== 'object' || message === null || !('alertId' in message)) return null;
    return typeof message.alertId === 'string' ? branded<AlertId>(message.alertId) : null;
  } catch {
    return null;
  }
}

function failed(retry: boolean, reason: string): NotifyResult {
  return { outcome: 'failed', retry, reason };
}
